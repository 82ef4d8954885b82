"""The portal's settings, with what only a test run may have: cheap passwords, unhashed static names, patience."""

import os
from pathlib import Path

os.environ.setdefault("PORTAL_DATA", str(Path(__file__).resolve().parent.parent / ".data" / "test"))
os.environ.setdefault("PORTAL_DEMO", "1")

from refunds_portal.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Twenty threads of a race ask for their first connection at once, on a busy machine.
DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 10  # noqa: F405
# A decision is sent at once; the tests of 收回决定 give it time.
DECISION_GRACE_SECONDS = 0
# Read once, so that the number of queries of a page is the same whenever it is counted.
PARAMETERS_SECONDS = 10**9
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - WhiteNoise warns about a missing one

# 工伤, a scheme that lives in the tests: nothing but these two lines names it.
INSTALLED_APPS += ["tests.injury"]  # noqa: F405
TEMPLATES[0]["DIRS"] += [BASE_DIR / "tests" / "injury" / "templates"]  # noqa: F405

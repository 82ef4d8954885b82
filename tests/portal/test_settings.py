"""Settings are read, and nothing else happens; what is missing is said."""

import os
import subprocess
import sys

from tests.house.source import ROOT


def imported(**environment) -> subprocess.CompletedProcess:
    """`python -c "import refunds_portal.settings"` with nothing else in the environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-c", "import refunds_portal.settings"]
    return subprocess.run(command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True)


def test_importing_settings_leaves_an_empty_folder_empty(tmp_path):
    assert imported(PORTAL_DATA=str(tmp_path)).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_with_a_database_of_ones_own_every_secret_must_be_given():
    result = imported(DATABASE_URL="postgresql://localhost/portal")
    assert result.returncode == 1
    assert "SECRET_KEY is not set. With DATABASE_URL set, every secret comes from the environment." in result.stderr

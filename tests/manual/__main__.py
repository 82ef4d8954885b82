"""`python -m tests.manual` (make manual): every picture of docs/manual anew, from a demo of its own. [--only WALK]"""

import argparse
import os
import sys

from playwright.sync_api import Error, sync_playwright

from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.running import running_demo


def main() -> int:
    """1 when a page of the manual cannot be reached, or a browser complained on the way; what there is of pictures stays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", default="", help="walks whose name has this in it; what they build upon must be among them"
    )
    only = parser.parse_args().only
    _prepare()
    from tests.manual.walks import every

    failed = []
    with running_demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for walk in every():
            if only in walk.go.__name__:
                failed += _gone(walk, browser, demo)
        browser.close()
    sys.stderr.write("\n".join(failed) + "\n" if failed else "")
    return 1 if failed else 0


def _prepare() -> None:
    """The helpers of the journeys know people by the portal's own modules; its database is not asked."""
    os.environ.setdefault("PORTAL_DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")
    import django

    django.setup()


def _gone(walk, browser, demo) -> list[str]:
    """What went wrong on it."""
    from tests.journeys.conftest import Visitors
    from tests.manual.camera import Camera

    visitors = Visitors(browser, demo)
    camera = Camera(visitors)
    failed = visitors.complaints
    try:
        camera.walk(walk)
    except (Error, AssertionError) as problem:
        missing = ", ".join(name for name in walk.pictures if name not in camera.taken)
        failed = [f"{walk.go.__name__}: not reached: {missing}\n{problem}", *failed]
    for context in visitors.contexts:
        context.close()
    sys.stdout.write(f"{walk.go.__name__}: {', '.join(camera.taken)}\n")
    sys.stdout.flush()
    return failed


if __name__ == "__main__":
    sys.exit(main())

"""50 clean cases by keyboard, in a real Chromium against the running demo: keys and seconds of each, as one line of JSON.

    python -m benchmarks.keys [--cases 50]

The seconds are the machine's: from the key to the next case on the screen. How long a person reads is not in them.
"""

import argparse
import json
import os
import sys
from statistics import median, quantiles

from playwright.sync_api import sync_playwright

from benchmarks.portal import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50)
    cases = parser.parse_args().cases
    os.chdir(ROOT)
    os.environ.setdefault("PORTAL_DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")
    import django

    django.setup()
    sys.stdout.write(json.dumps(_decide(cases), ensure_ascii=False) + "\n")


def _decide(cases: int) -> dict:
    from tests.journeys import crowd
    from tests.journeys.browser import ARGUMENTS, chromium_path
    from tests.journeys.deciding import Officer
    from tests.journeys.people import sign_in
    from tests.journeys.running import running_demo

    with running_demo() as demo, sync_playwright() as playwright:
        crowd.fill(demo.data, cases)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        page = browser.new_page(base_url=demo.url, locale="zh-CN", viewport={"width": 1366, "height": 768})
        sign_in(page, crowd.OFFICERS[0])
        officer = Officer(page)
        officer.take()
        while officer.case:
            officer.read()
            officer.press_pass()
            officer.wait()
        browser.close()
    return _line(officer, cases)


def _line(officer, cases: int) -> dict:
    """Raises RuntimeError when a case was passed twice, or not at all: then its speed says nothing."""
    if len(set(officer.passed)) != cases or len(officer.passed) != cases:
        raise RuntimeError(f"{cases} cases, {len(officer.passed)} decisions on {len(set(officer.passed))} of them")
    return {
        "row": "keys",
        "cases": cases,
        "keys_each": round(officer.keys / cases, 2),
        "seconds_each": round(median(officer.seconds), 3),
        "seconds_nine_of_ten": round(quantiles(officer.seconds, n=10)[-1], 3),
        "processors": os.cpu_count(),
    }


if __name__ == "__main__":
    main()

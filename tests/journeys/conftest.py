"""Journeys: whole ways through the real running demo, in a real Chromium. They never touch the tests' own database."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.people import sign_in
from tests.journeys.running import ROOT, Demo, running_demo

HERE = Path(__file__).parent
HEIGHTS = {320: 640, 390: 844, 1366: 768}
# Every answer of 400 and above is judged by its status below, so Chromium's own line about it says nothing new.
ANSWER_WITH_STATUS = re.compile(r"Failed to load resource: the server responded with a status of \d{3} ")


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report


# Both end with the last journey, not with the run: Playwright's event loop would make Django refuse the database.
@pytest.fixture(scope="package")
def demo() -> Demo:
    with running_demo() as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Browser:
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitors:
    """Opens pages for people, and notes everything a browser complains about."""

    def __init__(self, browser: Browser, demo: Demo):
        self.browser, self.demo = browser, demo
        self.contexts, self.complaints = [], []
        # A form with mistakes is answered with 422; what else is expected, the test says.
        self.expected_statuses = {422}

    def __call__(self, user: str = "", at: str = "/", *, width: int = 1366, javascript: bool = True) -> Page:
        """A page at 首页 or elsewhere, signed in as `user` if one is named."""
        context = self.browser.new_context(
            base_url=self.demo.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=javascript,
            storage_state=self.demo.sessions.get(user),
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("response", self._answered)
        if user and user not in self.demo.sessions:
            sign_in(page, user)
            self.demo.sessions[user] = context.storage_state()
        page.goto(at)
        return page

    def _heard(self, message) -> None:
        # A violated Content-Security-Policy is such an error, too.
        if message.type in ("error", "warning") and not ANSWER_WITH_STATUS.match(message.text):
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def _answered(self, response) -> None:
        if response.status >= 400 and response.status not in self.expected_statuses:
            self.complaints.append(f"{response.status} for {response.request.method} {response.url}")


@pytest.fixture
def visit(browser, demo, request) -> Visitors:
    """`visit("shenhe1")` is a page signed in as shenhe1; `visit()` one of a stranger."""
    visitors = Visitors(browser, demo)
    yield visitors
    if getattr(request.node, "failed", False):
        _keep_what_was_seen(visitors, request.node.name)
    for context in visitors.contexts:
        context.close()
    assert visitors.complaints == []


def _keep_what_was_seen(visitors, name) -> None:
    folder = ROOT / ".data" / "journeys"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", name)
    pages = [page for context in visitors.contexts for page in context.pages]
    for position, page in enumerate(pages, 1):
        page.screenshot(path=folder / f"{name}-{position}.png", full_page=True)
    visitors.complaints.clear()  # the failure itself is the news, and the screenshot's own style is none

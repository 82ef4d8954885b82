"""How much each task asks of whoever does it: pages, clicks, keys and seconds, counted in a real Chromium on a demo of its own.

    python -m benchmarks.usability      # make usability: writes docs/usability.md

The tasks are the journeys' own (`tests/journeys/`), by the mouse; what the page hears is counted, nothing is assumed about it.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.portal import ROOT

# Seconds of the keystroke-level model (Card, Moran and Newell 1980): a key of an average typist, to point and press, to think.
KEY, CLICK, THINK = 0.28, 1.1 + 0.2, 1.35
CASES = 10
# What is filled in at once was clicked into and typed; a choice from a list is two clicks. What a keyboard typed was counted as it came.
LISTENER = """(() => {
    let pressed = false;
    const tell = (clicks, keys) => window.tally(clicks, keys);
    addEventListener("keydown", (event) => { pressed = true; tell(0, 1); }, true);
    addEventListener("click", (event) => { if (event.isTrusted && event.detail) tell(1, 0); }, true);
    addEventListener("input", (event) => {
        const one = event.target;
        if (one.matches("select")) tell(2, 0);
        else if (!one.matches("[type=checkbox], [type=radio]") && !pressed) tell(1, event.data?.length ?? one.value.length);
        pressed = false;
    }, true);
})()"""
WORDS = """\
# How much each task asks

Written by `make usability`, from the journeys of the suite in a real Chromium on the demo ({day}): the way by mouse at 1366 px, from the
sign-in where there is one to the number, the answer or the next case. Nothing is copied by hand.

- pages: documents, and steps of a dialog, that were shown
- clicks: with a choice from a list as two; keys: everything that is typed, the account and the password as well
- person: seconds by the keystroke-level model (Card, Moran and Newell 1980: {key} s a key, {click} s to point and press, {think} s to think
  at each page). It is a model of a practised user who makes no mistake, and nobody was timed; reading is not in it
- machine: seconds that the browser and the portal took, the script's own among them

| Task | Pages | Clicks | Keys | Person, s | Machine, s |
|---|---|---|---|---|---|
{tasks}

By keyboard alone a resident needs at most 60 presses from the sign-in to the number, without the digits of the account
(`tests/journeys/test_keyboard.py`). A batch of 310 people takes as many clicks as one of 10,000.

The first view of 首页, with nothing in the cache (bounds: `tests/journeys/test_accessibility.py`):

| | Requests | kB sent |
|---|---|---|
{views}
"""


@dataclass
class Tally:
    """What was asked of somebody in one task; `times` is by how much all of it is divided."""

    counted: Counter = field(default_factory=Counter)
    seconds: float = 0
    times: int = 1

    def hear(self, _source, clicks: int, keys: int) -> None:
        self.counted.update(clicks=clicks, keys=keys)

    def answered(self, response) -> None:
        asked = response.request
        shown = asked.is_navigation_request() or asked.headers.get("hx-target") == "dialog"
        if shown and not 300 <= response.status < 400:
            self.counted["pages"] += 1

    def row(self, task: str) -> str:
        pages, clicks, keys = (self.counted[what] / self.times for what in ("pages", "clicks", "keys"))
        person = pages * THINK + clicks * CLICK + keys * KEY
        return f"| {task} | {pages:.3g} | {clicks:.3g} | {keys:.3g} | {person:.0f} | {self.seconds / self.times:.1f} |"


@contextmanager
def counted(browser: Browser, url: str) -> Iterator[tuple[Page, Tally]]:
    """A page of a stranger, and what is asked of her there."""
    tally = Tally()
    context = browser.new_context(base_url=url, locale="zh-CN", viewport={"width": 1366, "height": 768})
    context.expose_binding("tally", tally.hear)
    context.add_init_script(LISTENER)
    page = context.new_page()
    page.on("response", tally.answered)
    began = time.perf_counter()
    yield page, tally
    page.wait_for_load_state()
    tally.seconds = time.perf_counter() - began
    context.close()


def tasks(browser: Browser, url: str) -> Iterator[tuple[str, Callable[[Page], object], int]]:
    """(words, what is done, how often it is done), in an order in which each finds what it needs."""
    from tests.journeys import crowd, medical, people, village
    from tests.journeys.deciding import Officer

    numbers: list[str] = []

    def applies(page):
        people.sign_in(page, "liuxiulan")
        numbers.append(people.apply_for(page, 2019))

    def asks_without_a_sign_in(page):
        page.goto("/")
        page.get_by_label("申请单号").fill(numbers[0])
        page.get_by_label("联系电话后 4 位").fill("0001")
        page.get_by_role("button", name="查询进度").click()
        page.get_by_role("heading", name="等待税务审核").or_(page.locator("#standing")).first.wait_for()

    def withdraws(page):
        people.sign_in(page, "liuxiulan")
        people.withdraw(page, 2019)

    def reports(page):
        people.sign_in(page, "liuxiulan")
        page.goto("/bankreports/")
        medical.fill_record(page, people.PAID)
        medical.submit_report(page, people.PAID)

    def applies_for_medical(page):
        people.sign_in(page, "liuxiulan")
        medical.open_refunds(page)
        medical.ask_for_year(page, 2023)
        medical.box(page, 2023).check()
        medical.press_refund(page)
        medical.fill_refund(page, "重复缴费")

    def learns_and_applies_again(page):
        people.sign_in(page, "liuxiulan")
        page.goto("/inquiry/")
        page.get_by_role("listitem").filter(has_text=numbers[1]).get_by_role("link").first.click()
        page.get_by_role("link", name="重新申请退费").click()
        people.fill_account(page, people.PAID)
        page.get_by_role("button", name="提交", exact=True).click()
        people.confirm(page)

    def refunds_a_village(page):
        people.sign_in(page, "huangtan")
        village.open_payment(page, "62,000.00")
        village.press(page, "全部添加")
        village.expect_chosen(page, "已选 310 人")
        village.fill_maintenance(page)
        village.save(page, "310", "62,000.00", "陆万贰仟元整")

    def decides(page):
        people.sign_in(page, crowd.OFFICERS[0])
        officer = Officer(page)
        officer.take()
        for _case in range(CASES):
            officer.read()
            officer.press_pass()
            officer.wait()

    def finds(page):
        people.sign_in(page, "shenhe1")
        page.goto("/review/find/")
        page.get_by_label("单号、证件号码、手机、姓名、拼音首字母或村组").fill("0001")
        page.get_by_role("button", name="查询").click()
        page.get_by_role("main").get_by_text("刘秀兰").first.wait_for()

    yield "Resident: sign in and apply for 养老, to the number", applies, 1
    yield "Anybody: where it stands, without a sign-in", asks_without_a_sign_in, 1
    yield "Resident: sign in and take it back", withdraws, 1
    yield "Resident: sign in and report an account", reports, 1
    yield "Resident: sign in and apply for 医保, to the number", applies_for_medical, 1
    numbers.append(_refused(browser, url))
    yield "Resident: sign in, learn why it was refused, apply again", learns_and_applies_again, 1
    yield "Clerk: sign in and hand in a batch of 310 people", refunds_a_village, 1
    yield f"Officer: pass a clean case by key (of {CASES}, with the sign-in)", decides, CASES
    yield "Officer: sign in and find a caller by the end of her phone", finds, 1


def _refused(browser: Browser, url: str) -> str:
    """An application that was refused, by nobody whose work is counted."""
    from tests.journeys import people

    page, officer = (browser.new_context(base_url=url, locale="zh-CN").new_page() for _who in range(2))
    people.sign_in(page, "liuxiulan")
    number = people.apply_for(page, 2021)
    people.sign_in(officer, "shenhe1")
    people.look_up_case(officer, number)
    people.refuse_case(officer, "需要补充证明材料", "请补充重复缴费的银行流水")
    officer.get_by_role("status").filter(has_text=f"{number} 审核不通过").wait_for()
    return number


def first_view(browser: Browser, url: str, user: str) -> str:
    """The row of 首页 with an empty cache, for a stranger or somebody who has signed in."""
    from tests.journeys.people import sign_in

    door = browser.new_context(base_url=url)
    if user:
        sign_in(door.new_page(), user)
    page, answers = browser.new_context(base_url=url, storage_state=door.storage_state()).new_page(), []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/", wait_until="networkidle")
    sizes = [answer.request.sizes()["responseBodySize"] for answer in answers if "favicon" not in answer.url]
    return f"| {'signed in' if user else 'signed out'} | {len(sizes)} | {sum(sizes) / 1000:.1f} |"


def main() -> None:
    os.chdir(ROOT)
    os.environ.setdefault("PORTAL_DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")
    import django

    django.setup()
    from tests.journeys import crowd
    from tests.journeys.browser import ARGUMENTS, chromium_path
    from tests.journeys.running import running_demo

    rows = []
    with running_demo() as demo, sync_playwright() as playwright:
        crowd.fill(demo.data, CASES)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for words, done, times in tasks(browser, demo.url):
            with counted(browser, demo.url) as (page, tally):
                done(page)
            tally.times = times
            rows.append(tally.row(words))
        views = [first_view(browser, demo.url, user) for user in ("", "zhanghaoran")]
        browser.close()
    said = {"key": KEY, "click": CLICK, "think": THINK, "day": time.strftime("%Y-%m-%d")}
    (ROOT / "docs" / "usability.md").write_text(WORDS.format(tasks="\n".join(rows), views="\n".join(views), **said))


if __name__ == "__main__":
    main()

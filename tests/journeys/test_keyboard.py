"""Nothing needs a mouse: Tab, Enter, Space, Escape, and the arrow keys inside a list, with the focus always in sight."""

from playwright.sync_api import Page, expect

from tests.journeys import people

MOST_PRESSES = 80
FOCUS_SHOWS = """() => {
    const focused = document.activeElement;
    const style = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outlined && box.bottom > 0 && box.top < innerHeight;
}"""


def tab_to(page: Page, target, key="Tab") -> None:
    """Press Tab until `target` has the focus; wherever it stops on the way, the focus can be seen."""
    for _ in range(MOST_PRESSES):
        page.keyboard.press(key)
        where = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if not where.startswith("<body"):
            assert page.evaluate(FOCUS_SHOWS), f"the focus cannot be seen on {where}"
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{MOST_PRESSES} presses of Tab did not reach {target}")


def press(page: Page, target, key="Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def follow(page: Page, link) -> None:
    with page.expect_navigation():
        press(page, link)


def escape(page: Page) -> None:
    """Close the dialog, and wait for the browser to have taken back the step it made of it: it would call off what is opened before."""
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.wait_for_function("!history.state?.step")


def focus_is_in_the_dialog(page: Page) -> bool:
    return page.evaluate("document.activeElement.closest('dialog') !== null")


def open_with_keys(page: Page):
    """From 首页 to the open dialog 申请退费; returns the dialog."""
    follow(page, page.get_by_role("navigation", name="主导航").get_by_role("link", name="办税中心"))
    follow(page, page.get_by_role("link", name=people.PENSION))
    return open_dialog(page, "申请退费")


def open_dialog(page: Page, button: str):
    """Tick the payment, and press the button above the list."""
    press(page, people.payment_row(page, 2021).get_by_role("checkbox"), "Space")
    tab_to(page, page.get_by_role("button", name=button), "Shift+Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


class Presses:
    """Counts what is pressed on the way of a test; what is typed into a field counts as nothing."""

    def __init__(self, page: Page, monkeypatch):
        self.count, press_ = 0, page.keyboard.press

        def counted(key):
            self.count += 1
            press_(key)

        monkeypatch.setattr(page.keyboard, "press", counted)


def skip_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


# R4: at most 60 keys from the sign-in to the number
def test_a_resident_applies_and_withdraws_with_the_keyboard_only(visit, monkeypatch):
    page = visit("liuxiulan")
    page.goto("/")
    presses = Presses(page, monkeypatch)
    for link in (
        page.get_by_role("link", name="申请社保费退费"),
        page.get_by_role("link", name="城乡居民养老社保费退费"),
    ):
        skip_to_the_content(page)
        follow(page, link)
    skip_to_the_content(page)
    dialog = open_dialog(page, "申请退费")
    assert focus_is_in_the_dialog(page)
    tab_to(page, dialog.get_by_label("银行账号"))
    page.keyboard.type(people.PAID)
    tab_to(page, dialog.get_by_label("银行类别"))
    page.keyboard.press("ArrowDown")
    press(page, dialog.get_by_role("button", name="提交", exact=True), "Space")
    expect(dialog.get_by_text("尚未提交")).to_be_visible()
    assert focus_is_in_the_dialog(page)
    press(page, dialog.get_by_role("button", name="确认并提交退费申请"))
    page.wait_for_url("**/submitted/**")
    assert presses.count <= 57, presses.count  # and three for the sign-in: Tab, Enter, and Tab into its first field
    follow(page, page.get_by_role("link", name="返回缴费列表"))
    dialog = open_dialog(page, "撤销退费")
    press(page, dialog.get_by_role("button", name="撤销这 1 笔申请"))
    expect(page.get_by_role("status").filter(has_text="撤销成功")).to_be_visible()


def test_escape_closes_the_dialog_and_the_focus_returns_to_where_it_was(visit):
    page = visit("liuxiulan")
    open_with_keys(page)
    escape(page)
    expect(page.get_by_role("button", name="申请退费")).to_be_focused()
    expect(people.payment_row(page, 2021)).to_contain_text("未申请")


def test_a_mistake_takes_the_focus_to_its_words_and_from_there_into_the_field(visit):
    page = visit("liuxiulan")
    dialog = open_with_keys(page)
    press(page, dialog.get_by_role("button", name="提交", exact=True))
    expect(dialog.get_by_role("alert")).to_be_focused()
    press(page, dialog.get_by_role("link", name="请填写银行账号"))
    expect(dialog.get_by_label("银行账号")).to_be_focused()


def listed(page: Page) -> set[str]:
    """The keys that stand in the open list."""
    lines = page.get_by_role("dialog").locator("[data-lists]").all()
    return {line.get_attribute("data-lists") for line in lines if line.is_visible()}


def test_the_list_behind_the_question_mark_is_that_of_the_page(visit):
    page = visit("shenhe2")
    for address in ("/review/?queue=all", "/review/", "/review/find/"):
        page.goto(address)
        keys = {one.get_attribute("data-key") for one in page.locator("[data-key]").all()}
        walked = {"j", "k"} if page.locator("main tbody tr a").count() else set()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog").get_by_role("heading", name="这一页的快捷键")).to_be_visible()
        assert listed(page) == keys | walked
        escape(page)


def test_a_key_does_nothing_in_a_field_beside_another_key_or_once_it_is_switched_off(visit):
    page = visit("shenhe2")
    page.goto("/review/")
    here = page.url
    box = page.get_by_label("申请单号或证件号码")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("n?a")
    expect(box).to_have_value("n?a")
    page.locator("h1").click()
    for combined in ("Shift+N", "Alt+n", "Meta+n"):
        page.keyboard.press(combined)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="关闭单键快捷键").click()
    expect(dialog.get_by_role("button", name="打开单键快捷键")).to_be_visible()
    escape(page)
    page.keyboard.press("n")  # on this very page, and on the next one
    page.goto("/review/")
    page.keyboard.press("n")
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    assert page.url == here
    page.get_by_role("link", name="快捷键").click()
    dialog.get_by_role("button", name="打开单键快捷键").click()
    expect(dialog.get_by_role("button", name="关闭单键快捷键")).to_be_visible()
    escape(page)
    page.keyboard.press("/")
    expect(box).to_be_focused()


def test_an_officer_passes_a_case_with_the_keyboard_only(visit):
    page = visit("shenhe2")
    follow(page, page.get_by_role("row").nth(1).get_by_role("link").first)
    number = people.fact(page, "申请单号").inner_text()
    for _question in page.locator("#checks fieldset").all():
        page.keyboard.press("1")
    press(page, page.get_by_role("button", name="通过并看下一件", exact=True))
    expect(page.get_by_role("status").filter(has_text=f"{number} 审核通过")).to_be_visible()
    assert people.fact(page, "申请单号").inner_text() != number

"""长辈模式 on a phone, from the sign-in to the number; and screens that are dark or have colours of their own."""

import pytest
from playwright.sync_api import Page, expect

from accounts.demo import PASSWORD
from tests.journeys import people
from tests.journeys.test_accessibility import AXE, LEVELS, assert_everybody_can_use, change_size

# What can be pressed, with the label that is pressed in its place; in words, and in what is filled in.
SMALL = """() => {
    const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects()[0]?.width > 8;
    const pressed = [...document.querySelectorAll("a[href], button, input, select, textarea")]
        .map((one) => (["radio", "checkbox"].includes(one.type) ? one.labels[0] : one)).filter(shown);
    const low = pressed.filter((one) => one.getBoundingClientRect().height < 60);
    const worded = [...document.querySelectorAll("body *")].filter((one) => shown(one) &&
        (one.value || [...one.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim())));
    const fine = worded.filter((one) => parseFloat(getComputedStyle(one).fontSize) < 20);
    const tight = worded.filter((one) => parseFloat(getComputedStyle(one).lineHeight) / parseFloat(getComputedStyle(one).fontSize) < 1.3);
    return [...low, ...fine, ...tight].map((one) => one.outerHTML.slice(0, 120));
}"""
BODY = "parseFloat(getComputedStyle(document.body).fontSize)"
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}


def next_page(page: Page, heading: str) -> None:
    page.get_by_role("main").get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def sign_in(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name="长辈模式").click()
    page.get_by_role("link", name="登录", exact=True).click()
    page.get_by_label("身份证号/手机号/用户名").fill("liuxiulan")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("刘秀兰，您好")


def apply(page: Page, looked_at=lambda: None) -> str:
    """From 首页 to the number; `looked_at` is done on every page."""
    looked_at()
    page.goto("/social-refund/")
    looked_at()
    page.get_by_role("link", name="城乡居民养老保险").click()
    page.get_by_label("2021 年，").check()
    looked_at()
    next_page(page, "退到银行卡，还是存折？")
    page.get_by_label("存折").check()
    looked_at()
    next_page(page, "卡号是多少？")
    next_page(page, "卡号是多少？")
    expect(page.get_by_role("alert")).to_contain_text("请填写银行账号")
    looked_at()
    page.get_by_label("银行账号").fill(people.PAID)
    page.keyboard.press("Enter")  # goes on, though 上一步 stands before it
    expect(page.get_by_role("heading", level=1)).to_have_text("是哪家银行的？")
    page.get_by_role("banner").get_by_role("button", name="上一步").click()
    expect(page.get_by_label("银行账号")).to_have_value(people.PAID)
    next_page(page, "是哪家银行的？")
    page.get_by_label("银行类别").select_option(label="农业银行")
    next_page(page, "有事找谁？")
    next_page(page, "打哪个电话找您？")
    next_page(page, "看一遍，对不对？")
    looked_at()
    page.get_by_role("button", name="确认并提交退费申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请好了")
    looked_at()
    return page.get_by_text(people.NUMBER).first.inner_text().split()[-1]


def take_back(page: Page, looked_at=lambda: None) -> None:
    page.get_by_role("link", name="看钱到哪了").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("税务局正在审")
    looked_at()
    page.get_by_role("link", name="不想退了，撤回申请").click()
    looked_at()
    page.get_by_role("button", name="撤回申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您撤回了")


def test_from_the_sign_in_to_the_number_and_back_without_javascript(visit):
    page = visit(width=390, javascript=False)
    sign_in(page)
    number = apply(page)
    assert people.NUMBER.fullmatch(number)
    take_back(page)
    page.get_by_role("button", name="退出长辈模式").click()
    expect(page.get_by_role("heading", name="申请已撤销")).to_be_visible()
    assert number in page.url


def test_every_page_is_large_enough_for_elders_and_everybody_can_use_it(visit):
    page = visit(width=390)
    sign_in(page)

    def look():
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate(SMALL) == [], page.url
        assert_everybody_can_use(page, (390, 320))

    number = apply(page, look)
    take_back(page, look)
    page.emulate_media(color_scheme="dark")
    for address in ("/", "/inquiry/", "/pension/apply/"):
        page.goto(address)
        assert AXE.run(page, options=LEVELS).violations_count == 0, address
    page.goto(f"/refunds/{number}/receipt/")  # paper is white on any screen
    assert page.get_by_role("main").evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 39, 51)"


def test_text_for_elders_grows_to_thirty_pixels(visit):
    page = visit(width=390)
    page.get_by_role("main").get_by_role("button", name="长辈模式").click()
    page.wait_for_function(f"{BODY} === 22")
    for size, pixels in (("大", 27.5), ("特大", 30.25)):
        change_size(page.get_by_role("main"), size)
        page.wait_for_function(f"{BODY} === {pixels}")
    page.reload()
    page.wait_for_function(f"{BODY} === {pixels}")
    assert_everybody_can_use(page)


@pytest.mark.parametrize(
    ("user", "addresses"),
    [
        ("", ["/", "/accounts/login/", "/public-service/"]),
        (
            "liuxiulan",
            ["/", "/pension/", "/inquiry/", "/messages/", "/user-center/", "/pension/apply/", "/bankreports/add/"],
        ),
        ("huangtan", ["/", "/pension/village/", "/pension/village/progress/"]),
    ],
)
def test_words_stand_out_from_a_dark_screen(visit, user, addresses):
    page = visit(user)
    page.emulate_media(color_scheme="dark")
    for address in addresses:
        page.goto(address)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 22, 29)"
        found = AXE.run(page, options=CONTRAST)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"


def test_where_one_is_shows_in_colours_of_ones_own(visit):
    page = visit("liuxiulan")
    page.emulate_media(forced_colors="active")
    page.goto("/user-center/")
    edge = "(one) => getComputedStyle(one).borderBottomColor"
    tabs = page.get_by_role("navigation", name="主导航")
    here = tabs.get_by_role("link", name="用户中心").evaluate(edge)
    assert here != tabs.get_by_role("link", name="办税中心").evaluate(edge)

"""Everybody can use every page: WCAG 2.2 AA by axe, narrow screens, large type, and a first view a slow line can carry."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import crowd, medical, people

AXE = Axe()
LEVELS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
WIDTHS = (1366, 390, 320)
# What may be pressed or filled in and has something else before its middle, as far as it can be brought into sight.
COVERED = """() => [...(document.querySelector("dialog:modal") ?? document.querySelector("main")).querySelectorAll(
    ":is(a[href], button, input, select, textarea)")].filter((one) => {
    if (!one.checkVisibility({ visibilityProperty: true })) return false;
    one.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = one.getClientRects()[0];
    if (!box || box.width < 8 || box.height < 8) return false;
    const before = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return !before || !(one.contains(before) || before.contains(one) || [...(one.labels ?? [])].some((of) => of.contains(before)));
}).map((one) => one.outerHTML.slice(0, 160))"""
CASE = re.compile(r"/review/Y\w+/$")

ANYBODYS = ["/", "/accounts/login/", "/accounts/login/?door=tax", "/accounts/register/"]
ANYBODYS += ["/accounts/forgotten/", "/accounts/notice/"]
ANYBODYS += [
    "/interaction/",
    "/public-service/",
    "/manual/",
    "/manual/pension/",
    "/personal-service/",
    "/inquiry/",
    "/inquiry/receipt/",
    "/public-service/offices/",
]
RESIDENTS = ["/", "/tax-service/", "/more/", "/social-refund/", "/pension/", "/pension/?year=2019", "/pension/apply/"]
RESIDENTS += [
    "/pension/progress/",
    "/inquiry/",
    "/messages/",
    "/interaction/questions/",
    "/interaction/questions/new/",
    "/user-center/",
    "/accounts/password/",
]
RESIDENTS += [
    "/accounts/phone/",
    "/accounts/record/",
    "/accounts/corrections/",
    "/accounts/sign-ins/",
    "/accounts/consent/",
]
RESIDENTS += [
    "/medical/",
    "/medical/?year=2023",
    "/medical/?year=2024&payment=1",
    "/medical/progress/",
    "/medical/apply/",
]
RESIDENTS += ["/medical/enrolments/", "/bankreports/", "/bankreports/add/", "/medical/apply/?payment=1"]
OFFICERS = [
    "/review/",
    "/review/?queue=all",
    "/review/?queue=pending&number=1",
    "/review/items/",
    "/review/items/refused/",
    "/review/find/",
    "/review/?scheme=medical",
    "/review/statistics/",
    "/review/questions/",
    "/manual/review/",
]


# A cell with words in it that has no room for two of them side by side.
SQUEEZED = """() => [...document.querySelectorAll("td .cell")]
    .filter((cell) => cell.checkVisibility() && cell.innerText.trim().length > 2)
    .filter((cell) => cell.getBoundingClientRect().width < 16 && cell.getBoundingClientRect().height > 60)
    .map((cell) => cell.innerText)"""


def assert_everybody_can_use(page: Page, widths=WIDTHS) -> None:
    """No WCAG violation on a desk and on a phone, nothing sticks out sideways, lies beneath something else or is squeezed, as the page
    stands there."""
    page.wait_for_load_state()
    for width in widths:
        page.set_viewport_size({"width": width, "height": 768})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} px wide on a screen of {width}"
        assert page.evaluate(COVERED) == [], f"{page.url} at {width} px"
        assert page.evaluate(SQUEEZED) == [], f"{page.url} at {width} px"
        if width != 320:
            found = AXE.run(page, options=LEVELS)
            assert found.violations_count == 0, f"{page.url} at {width} px:\n{found.generate_report()}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 768})


@pytest.mark.parametrize("address", ANYBODYS)
def test_everybody_can_use_the_pages_before_signing_in(visit, address):
    page = visit(at=address)
    assert_everybody_can_use(page)


@pytest.mark.parametrize("address", RESIDENTS)
def test_everybody_can_use_a_residents_pages(visit, address):
    page = visit("liuxiulan", address)
    assert_everybody_can_use(page)


@pytest.mark.parametrize("address", OFFICERS)
def test_everybody_can_use_an_officers_pages(visit, address):
    page = visit("shenhe1", address)
    assert_everybody_can_use(page)


@pytest.mark.parametrize(
    ("user", "address"),
    [
        ("fuhe", "/review/sample/"),
        ("fuhe", "/review/colleagues/"),
        ("fuhe", "/review/colleagues/shenhe1/"),
        ("shenji", "/review/audit/"),
        ("shenhe1", "/review/bulk/"),
        ("shenhe1", "/review/keys/?page=case"),
        ("guanli", "/administration/"),
        ("guanli", "/administration/staff/"),
        ("guanli", "/administration/new-staff/"),
        ("guanli", "/administration/staff/shenhe1/"),
        ("guanli", "/administration/offices/"),
        ("guanli", "/administration/loads/"),
        ("guanli", "/administration/new-load/"),
        ("guanli", "/administration/tables/banks/"),
        ("guanli", "/administration/tables/calendar/new/"),
        ("guanli", "/administration/parameters/countersign-limit/"),
        ("guanli", "/administration/wordings/"),
        ("guanli", "/administration/wordings/bounce/"),
    ],
)
def test_everybody_can_use_the_other_work_of_officers_on_every_desk(visit, user, address):
    page = visit(user, address)
    assert_everybody_can_use(page, (1920, *WIDTHS))


def test_everybody_can_use_a_sample_and_the_second_look_at_one_of_its_cases(visit):
    page = visit("fuhe")
    page.goto("/review/sample/")
    page.get_by_label("审核日期起").fill("2026-01-01")
    page.get_by_role("button", name="抽取").click()
    page.wait_for_url(re.compile(r"/review/sample/\d+/$"))
    assert_everybody_can_use(page, (1920, *WIDTHS))
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    page.get_by_role("button", name="保存结论").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_everybody_can_use(page, (1920, *WIDTHS))


def test_everybody_can_use_the_queue_with_the_row_beside_it_and_the_keys_over_it(visit):
    page = visit("shenhe1")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/review/")
    expect(page.get_by_role("complementary", name="预览").get_by_role("link", name="打开")).to_be_visible()
    found = AXE.run(page, options=LEVELS)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    found = AXE.run(page, options=LEVELS)
    assert found.violations_count == 0, found.generate_report()


def test_everybody_can_use_the_mistakes_of_the_doors(visit):
    page = visit()
    for address, button in [("/accounts/login/", "登录"), ("/accounts/register/", "获取验证码")]:
        page.goto(address)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page).to_have_title(re.compile("^错误："))
        assert_everybody_can_use(page)


def test_everybody_can_use_each_step_of_an_application(visit):
    page = visit("liuxiulan")
    people.open_pension_refunds(page)
    people.start_applying(page, 2021)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_everybody_can_use(page)
    people.fill_account(page, people.PAID)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    assert_everybody_can_use(page)
    number = people.confirm(page)
    assert_everybody_can_use(page)
    for address in (f"/refunds/{number}/", "/", "/pension/", "/pension/progress/", "/inquiry/"):
        page.goto(address)
        assert_everybody_can_use(page)
    people.open_pension_refunds(page)
    people.tick(page, 2021)
    page.get_by_role("button", name="撤销退费").click()
    withdraw = page.get_by_role("button", name="撤销这 1 笔申请")
    expect(withdraw).to_be_visible()
    assert_everybody_can_use(page)
    withdraw.click()
    expect(page.get_by_role("status").filter(has_text="撤销成功")).to_be_visible()
    assert_everybody_can_use(page)


def test_everybody_can_use_each_step_of_a_report_and_a_medical_refund(visit):
    page = visit("zhanghaoran")
    page.goto("/bankreports/add/")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_everybody_can_use(page)
    page.goto("/bankreports/")
    medical.fill_record(page, "95599420703000017")
    assert_everybody_can_use(page)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    assert_everybody_can_use(page)
    page.goto("/medical/enrolments/")
    assert_everybody_can_use(page)
    medical.choose_enrolment(page, "华容区医疗保障局(城乡医疗)")
    medical.ask_for_year(page, 2024)
    medical.box(page, 2024).check()
    medical.press_refund(page)
    page.get_by_label("退费理由", exact=True).select_option("")  # an earlier reason may stand there
    page.get_by_role("button", name="退费", exact=True).last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_everybody_can_use(page)
    number = medical.fill_refund(page, "多缴")
    assert_everybody_can_use(page)
    page.goto("/medical/progress/")
    assert_everybody_can_use(page)
    medical.withdraw(page, number)
    assert_everybody_can_use(page)


def test_everybody_can_use_a_case_and_its_mistakes(visit):
    page = visit("shenhe1")
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    page.wait_for_url(CASE)
    assert_everybody_can_use(page)
    page.locator("summary", has_text="不通过").click()
    page.get_by_role("button", name="不通过并看下一件").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_everybody_can_use(page)


def test_everybody_can_use_a_decided_case_as_an_auditor(visit):
    page = visit("shenji")
    page.get_by_role("row").filter(has_text="税务退回").get_by_role("link").first.click()
    page.wait_for_url(CASE)
    assert_everybody_can_use(page)


def test_everybody_can_use_the_page_that_is_not_there(visit):
    visit.expected_statuses.add(404)
    page = visit()
    page.goto("/accounts/nothing-here/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有找到这个页面")
    assert_everybody_can_use(page)


@pytest.mark.parametrize(
    ("size", "larger", "addresses"), [("大", 1.25, ["/", "/pension/"]), ("特大", 1.875, ["/", "/more/"])]
)
def test_a_size_enlarges_every_page_and_stays(visit, size, larger, addresses):
    page = visit("liuxiulan")
    measure = "parseFloat(getComputedStyle(document.body).fontSize)"
    normal = page.evaluate(measure)
    page.get_by_role("link", name="个性服务").first.click()
    change_size(page.get_by_role("main"), size)
    for address in addresses:
        page.goto(address)
        assert page.evaluate(measure) == normal * larger
        assert_everybody_can_use(page)
    change_size(page.get_by_role("banner"), "标准")
    page.goto("/")
    assert page.evaluate(measure) == normal


def test_another_size_loses_nothing_typed_and_leaves_what_was_pressed_where_it_is(visit):
    page = visit(width=390)
    page.goto("/accounts/login/")
    page.get_by_label("身份证号/手机号/用户名").fill("half typed")
    button = page.get_by_role("main").get_by_role("button", name=re.compile("大$")).first
    button.scroll_into_view_if_needed()
    before = button.bounding_box()["y"]
    for size in ("特大", "大"):  # one after the other, however fast
        change_size(page.get_by_role("main"), size)
    expect(page.locator("html.large")).to_be_visible()
    assert abs(button.bounding_box()["y"] - before) < 2
    expect(page.get_by_label("身份证号/手机号/用户名")).to_have_value("half typed")
    page.goto("/")
    expect(page.locator("html.large")).to_be_visible()


def change_size(part, size):
    """Press it, and wait until the device was told."""
    with part.page.expect_response("**/display/"):
        part.get_by_role("button", name=re.compile(rf"^字号\s*{size}$")).click()


def test_fourteen_payments_on_a_phone_are_a_short_list(visit, demo):
    crowd.pay(demo.data, 14)
    page = visit(crowd.PAYER, "/pension/", width=390)
    assert page.get_by_role("checkbox", name=re.compile("选择")).count() == 14
    assert page.evaluate("document.documentElement.scrollHeight") <= 2500


@pytest.mark.parametrize(("user", "requests", "most"), [("", 4, 30_000), ("liuxiulan", 5, 34_000)])
def test_the_first_view_is_a_few_requests_and_kilobytes(visit, user, requests, most):
    answers = []
    if user:
        visit(user)
    # Not one of `visit`'s own pages: nothing of it may be in the cache yet.
    with visit.browser.new_context(base_url=visit.demo.url, storage_state=visit.demo.sessions.get(user)) as context:
        page = context.new_page()
        page.on("response", lambda answer: answers.append(answer))
        page.goto("/", wait_until="networkidle")
        sent = {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers}
    assert len([url for url in sent if "favicon" not in url]) <= requests, sent
    assert sum(sent.values()) <= most, sent


def test_answers_with_and_without_a_way_back_stand_on_one_line(visit):
    page = visit("liuxiulan", "/pension/")
    people.start_applying(page, 2021)
    people.fill_account(page, people.PAID)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    # Of the words, not of the boxes around them.
    middles = page.locator("dialog .facts dt").evaluate_all(
        """(all) => all.map((one) => {
            const range = document.createRange();
            range.selectNodeContents(one);
            const box = range.getBoundingClientRect();
            return [Math.round(one.closest(".facts__item").getBoundingClientRect().top), Math.round(box.top + box.height / 2)];
        })"""
    )
    lines = {}
    for top, middle in middles:
        lines.setdefault(top, set()).add(middle)
    assert len(lines) >= 3
    assert all(max(found) - min(found) <= 1 for found in lines.values()), lines

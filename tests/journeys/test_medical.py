"""医保 from the first visit to the bank, on a desk and on a phone (conformance sections 4 and 5)."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import medical, people

WIDTHS = [1366, 390]
WUHAN, HUARONG = "武汉市医疗保障局(医疗)", "华容区医疗保障局(城乡医疗)"


@pytest.mark.parametrize("width", WIDTHS)
def test_without_an_account_one_is_reported_and_the_way_leads_back_to_the_very_item(visit, width):
    """M1-01 … M1-14, M2-02, M2-08, M2-12, M2-13: 刘秀兰 gets 2023 back; then takes it back and closes the account."""
    page = visit("liuxiulan", width=width)
    medical.open_refunds(page)
    expect(page.get_by_text("您在下面的年度有缴费")).to_be_visible()
    medical.ask_for_year(page, 2023)
    medical.box(page, 2023).check()
    medical.press_refund(page)
    expect(page.get_by_text(medical.said(page, "未查询到存款报告账户信息", "未查询到存款账户报告信息"))).to_be_visible()
    page.get_by_role("link", name="确定").click()
    expect(page.get_by_role("heading", name=medical.TITLE, level=1)).to_be_visible()

    medical.fill_record(page, "９５５９ 9000-0000-0008 8")
    row = page.get_by_role("region", name="中国农业银行").filter(has_text="待提交")
    expect(row).to_contain_text("**** 0088")
    medical.submit_report(page, people.PAID)
    page.get_by_role("link", name="返回继续退费").click()
    expect(medical.box(page, 2023)).to_be_checked()

    medical.press_refund(page)
    number = medical.fill_refund(page, "重复缴费", "在武汉市也交过一次")
    expect(medical.progress(page, "退费金额（元）")).to_contain_text("350.00")
    expect(medical.progress(page, "申请理由")).to_have_text("重复缴费：在武汉市也交过一次")
    expect(medical.progress(page, "税务机关意见")).to_have_text("待审核")
    page.goto("/")
    expect(page.get_by_role("link", name="返回继续退费")).to_have_count(0)

    medical.withdraw(page, number)
    medical.close_account(page, "0088")
    medical.open_refunds(page)
    medical.ask_for_year(page, 2023)
    medical.box(page, 2023).check()
    medical.press_refund(page)
    expect(page.get_by_role("link", name="确定")).to_be_visible()


@pytest.mark.parametrize(("width", "agency", "other"), [(390, HUARONG, WUHAN), (1366, WUHAN, HUARONG)])
def test_with_two_enrolments_one_is_chosen_first_and_can_be_changed(visit, width, agency, other):
    """M1-01, M2-01: 张浩然 is asked which enrolment; his account is reported already."""
    page = visit("zhanghaoran", width=width)
    medical.open_refunds(page)
    chooser = page.get_by_role("link", name="选择登记信息")
    if not chooser.get_attribute("hx-trigger"):  # somebody who chose before is not asked again
        chooser.click()
    medical.choose_enrolment(page, other)
    page.get_by_role("link", name="选择登记信息").click()
    medical.choose_enrolment(page, agency)
    medical.ask_for_year(page, 2024)
    medical.box(page, 2024).check()
    medical.press_refund(page)
    expect(page.get_by_role("radio")).to_be_checked()
    number = medical.fill_refund(page, "重复缴费")

    officer = visit("huarong1")
    officer.goto("/review/?scheme=medical")
    officer.get_by_role("link", name=number, exact=True).click()
    expect(people.fact(officer, "社保经办机构名称")).to_have_text(agency)
    twice = officer.locator("#checks li").filter(has_text="同年度其他缴费")
    expect(twice).to_contain_text(re.compile("未退.*" + re.escape(other)))
    if width == 390:
        medical.withdraw(page, number)
        return
    people.answer_warnings(officer)
    officer.get_by_role("button", name="通过并看下一件", exact=True).click()
    expect(officer.get_by_role("status").filter(has_text=f"{number} 审核通过，已自动向医疗保障部门")).to_be_visible()
    # The next case is of the same tab.
    expect(people.fact(officer, "险种")).to_have_text("城乡居民医疗保险")
    people.wait_for_status(page, number, "退费成功")
    expect(people.timeline(page).filter(has_text="医保核验通过").filter(has_text="已完成")).to_have_count(1)
    for label, words in [
        ("税务机关意见", "通过"),
        ("社保部门核验结果", "核验通过"),
        ("社保部门核验时间", re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")),
        ("退费日期", re.compile(r"\d{4}-\d\d-\d\d")),
        ("银行退付结果", "退付成功"),
    ]:
        expect(medical.progress(page, label)).to_have_text(words)


def test_an_account_that_bounced_is_changed_in_the_report_and_the_same_refund_is_paid(visit):
    page, officer = visit("liuxiulan"), visit("shenhe2")
    page.goto("/bankreports/")
    medical.fill_record(page, people.BOUNCED)
    medical.submit_report(page, people.BOUNCED)
    medical.open_refunds(page)
    medical.ask_for_year(page, 2023)
    medical.box(page, 2023).check()
    medical.press_refund(page)
    number = medical.fill_refund(page, "已参加职工医保")
    people.pass_case(officer, number)
    people.wait_for_status(page, number, "退付失败")
    expect(medical.progress(page, "银行退付结果")).to_contain_text("退付失败")

    page.goto("/")
    page.get_by_role("link", name=f"去更正 {number}").click()
    page.get_by_role("link", name="更正账户", exact=True).click()
    page.get_by_role("link", name="去存款账户账号报告").click()
    page.get_by_role("link", name="变更 中国农业银行 **** 0002").click()
    page.get_by_label("账号", exact=True).fill(people.PAID)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="变更的账户已保存")).to_be_visible()
    medical.submit_report(page, people.PAID)
    page.get_by_role("link", name="返回继续退费").click()
    page.get_by_role("button", name="下一步，核对账户").click()
    page.get_by_role("button", name="确认并重新退付").click()
    expect(page.get_by_role("status").filter(has_text="账户已更正")).to_be_visible()
    people.wait_for_status(page, number, "退费成功")
    people.look_up_case(officer, number)
    expect(people.timeline(officer).filter(has_text="税务审核通过")).to_have_count(1)


def test_a_medical_refund_needs_no_javascript(visit):
    """M2-08 … M2-13 page by page."""
    page = visit("zhanghaoran", javascript=False)
    page.goto("/medical/enrolments/")
    medical.choose_enrolment(page, HUARONG)
    medical.ask_for_year(page, 2024)
    medical.box(page, 2024).check()
    medical.press_refund(page)
    number = medical.fill_refund(page, "重复缴费")
    medical.withdraw(page, number)
    page.goto("/bankreports/")
    medical.fill_record(page, "95599420703000065")
    page.get_by_role("button", name="删除 中国农业银行 **** 0065").click()
    expect(page.get_by_role("status").filter(has_text="已从本次报告里删除 1 条")).to_be_visible()


def test_a_second_click_of_the_same_hand_does_not_decide_the_next_case(visit):
    officer = visit("shenhe2")
    # The clock of the page stands still until it is told otherwise.
    officer.add_init_script("let now = 5; performance.now = () => now; window.later = () => { now = 5000; };")
    officer.goto("/review/?scheme=medical")
    officer.get_by_role("row").nth(1).get_by_role("link").first.click()
    decide = officer.get_by_role("button", name="通过并看下一件", exact=True)
    first = people.fact(officer, "申请单号").inner_text()
    people.answer_warnings(officer)
    decide.click()
    expect(officer.get_by_role("status").filter(has_text=f"{first} 审核通过")).to_be_visible()
    second = people.fact(officer, "申请单号").inner_text()
    decide.click()
    expect(people.fact(officer, "申请单号")).to_have_text(second)
    expect(people.fact(officer, "审核状态")).to_have_text("待审核")
    officer.evaluate("later()")
    people.answer_warnings(officer)
    decide.click()
    expect(officer.get_by_role("status").filter(has_text=f"{second} 审核通过")).to_be_visible()

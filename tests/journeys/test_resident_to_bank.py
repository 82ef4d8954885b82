"""The spine: a resident's money on its way from her first visit to the bank, and every way it can come back."""

import re

from playwright.sync_api import expect

from accounts.demo import NEWCOMER, person_number
from tests.journeys import people

NAME, PHONE = NEWCOMER[0], NEWCOMER[3]
ID_NUMBER = person_number(NEWCOMER[1], NEWCOMER[2])
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def register(page, username, password):
    """用户注册 in two pages, as somebody types it: with full-width digits and groups of three and four."""
    page.get_by_role("banner").get_by_role("link", name="用户注册").click()
    page.get_by_label("姓名", exact=True).fill(f" {NAME} ")
    page.get_by_label("证件号码", exact=True).fill(ID_NUMBER.lower().translate(FULL_WIDTH))
    page.get_by_label("手机号", exact=True).fill(f"{PHONE[:3]} {PHONE[3:7]}-{PHONE[7:]}")
    page.get_by_label("我已看过隐私说明").check()
    page.get_by_role("button", name="获取验证码").click()
    said = page.get_by_text("演示系统不发短信").inner_text()
    page.get_by_label("验证码").fill(re.search(r"验证码是 (\d{6})", said)[1])
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="注册", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="注册成功")).to_be_visible()


def agree_to_the_account(page):
    """Before the first bank account is given, what it is used for is told."""
    page.goto("/accounts/consent/?to=account")
    page.get_by_label("我同意把银行账号用于办理退费").check()
    page.get_by_role("button", name="同意并继续").click()
    expect(page.get_by_role("heading", name=f"{NAME}，您好")).to_be_visible()


def test_a_newcomer_registers_applies_withdraws_applies_again_and_is_paid(visit):
    page = visit()
    register(page, "zhangguoping", "Tulip@Yard2026")
    for account in (ID_NUMBER.translate(FULL_WIDTH), f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}", "ZhangGuoping"):
        people.sign_out(page)
        people.sign_in(page, account, "Tulip@Yard2026")
        expect(page.get_by_role("heading", name=f"{NAME}，您好")).to_be_visible()

    agree_to_the_account(page)
    people.open_pension_refunds(page)
    expect(people.payment_row(page, 2020)).to_contain_text("500.00")
    expect(people.payment_row(page, 2020)).to_contain_text("未申请")
    first = apply_after_mistakes(page)
    people.withdraw(page, 2020)
    number = people.apply_for(page, 2020)
    assert number != first

    officer = visit("shenhe1")
    people.pass_case(officer, number)
    officer.wait_for_url(re.compile(rf"/review/(?!{number})YL\d+/$"))
    expect(officer.get_by_role("button", name="通过并看下一件", exact=True)).to_be_visible()

    people.wait_for_status(page, number, "退费成功")
    steps = people.timeline(page)
    for title in ("提交退费申请", "税务审核通过", "人社已接收", "人社核验通过", "退费成功"):
        expect(steps.filter(has_text=title).filter(has_text="已完成")).to_have_count(1)
    expect(steps).to_have_count(5)
    everywhere_the_same(page, officer, number, "退费成功", "审核完成", "通过")


def apply_after_mistakes(page) -> str:
    people.start_applying(page, 2020)
    page.get_by_label("银行账号").fill("1234")
    page.get_by_label("联系人名称").fill("")
    page.get_by_role("button", name="提交", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^错误："))
    for label, words in [
        ("银行类别", "请选择银行类别。"),
        ("银行账号", "银行账号为 8 到 30 位数字"),
        ("联系人名称", "请填写联系人名称。"),
    ]:
        expect(page.get_by_label(label)).to_have_accessible_description(re.compile(words))
        summary.get_by_role("link", name=words).click()
        expect(page.get_by_label(label)).to_be_focused()
    expect(page.get_by_label("银行账号")).to_have_value("1234")
    people.fill_account(page, "９５５９ 9000-0000-0008 8")
    page.get_by_label("联系人名称").fill(NAME)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("9559 9000 0000 0008 8")).to_be_visible()
    page.get_by_role("button", name="返回修改").click()
    expect(page.get_by_label("银行账号")).to_have_value("95599000000000088")
    page.get_by_role("button", name="提交", exact=True).click()
    return people.confirm(page)


def everywhere_the_same(page, officer, number, *states):
    """退费状态, 审核状态 and 审核结果 read alike on every page that shows them."""
    people.open_pension_refunds(page)
    row = page.get_by_role("row").filter(has=page.locator(f"a[href*='{number}']"))
    assert row.locator(".badge").all_inner_texts() == list(states)
    page.goto("/pension/progress/")
    row = page.get_by_role("row").filter(has_text=number)
    assert row.locator(".badge").all_inner_texts() == list(states)
    page.goto(f"/refunds/{number}/")
    assert [people.fact(page, label).inner_text() for label in ("退费状态", "审核状态", "审核结果")] == list(states)
    page.goto("/inquiry/")
    row = page.get_by_role("listitem").filter(has_text=number)
    assert row.locator(".badge").all_inner_texts() == list(states[:1])
    people.look_up_case(officer, number)
    assert [people.fact(officer, label).inner_text() for label in ("退费状态", "审核状态", "审核结果")] == list(states)


def test_a_bounced_payment_reaches_the_corrected_account_without_a_new_application(visit):
    page, officer = visit("liuxiulan"), visit("shenhe2")
    number = people.apply_for(page, 2019, people.BOUNCED)
    people.pass_case(officer, number)
    people.wait_for_status(page, number, "退付失败")
    expect(people.timeline(page).filter(has_text="银行账号与户名不符")).to_contain_text("更正账户后重新退付")
    page.goto("/")
    page.get_by_role("link", name=f"去更正 {number}").click()
    page.get_by_role("link", name="更正账户", exact=True).click()
    people.fill_account(page, people.PAID)
    page.get_by_role("button", name="下一步，核对账户").click()
    page.get_by_role("button", name="确认并重新退付").click()
    expect(page.get_by_role("status").filter(has_text="账户已更正")).to_be_visible()
    people.wait_for_status(page, number, "退费成功")
    everywhere_the_same(page, officer, number, "退费成功", "审核完成", "通过")


def test_what_the_agency_refuses_comes_back_with_its_reason_and_can_be_applied_for_again(visit):
    page, officer = visit("liuxiulan"), visit("shenhe1")
    number = people.apply_for(page, 2021, people.REFUSED)
    people.pass_case(officer, number)
    people.wait_for_status(page, number, "人社退回")
    reason = "原因：社保系统核验未通过：该笔缴费已计入个人账户"
    expect(people.timeline(page).last).to_contain_text(reason)
    people.look_up_case(officer, number)
    expect(people.timeline(officer).last).to_contain_text(reason)
    everywhere_the_same(page, officer, number, "人社退回", "审核完成", "通过")
    people.apply_for(page, 2021)
    people.withdraw(page, 2021)


def test_a_rejection_reads_the_same_to_officer_and_resident_and_can_be_applied_for_again(visit):
    page, officer = visit("liuxiulan"), visit("shenhe1")
    number = people.apply_for(page, 2021)
    people.look_up_case(officer, number)
    people.refuse_case(officer, "需要补充证明材料", "请补充重复缴费的银行流水")
    expect(officer.get_by_role("status").filter(has_text=f"{number} 审核不通过")).to_be_visible()
    people.look_up_case(officer, number)
    told = people.timeline(officer).last.locator(".timeline__reason").inner_text()
    assert "请补充重复缴费的银行流水" in told
    page.goto(f"/refunds/{number}/")
    assert people.timeline(page).last.locator(".timeline__reason").inner_text() == told
    expect(people.timeline(page).last).to_contain_text("下一步：")
    everywhere_the_same(page, officer, number, "税务退回", "审核完成", "未通过")
    people.apply_for(page, 2021)
    people.withdraw(page, 2021)


def test_another_county_finds_no_such_case_and_an_auditor_decides_nothing(visit):
    page = visit("liuxiulan")
    number = people.apply_for(page, 2021)
    visit.expected_statuses.add(404)
    stranger = visit("huarong1")
    assert stranger.goto(f"/review/{number}/").status == 404
    expect(stranger.get_by_role("heading", name="没有找到这个页面")).to_be_visible()
    auditor = visit("shenji")
    people.look_up_case(auditor, number)
    expect(people.fact(auditor, "审核状态")).to_have_text("待审核")
    expect(auditor.get_by_role("main").get_by_role("button")).to_have_count(0)
    people.withdraw(page, 2021)


def test_an_amount_above_the_limit_takes_a_second_officer(visit):
    officer = visit("fuhe")
    row = officer.get_by_role("row").filter(has_text="12,000.00")
    number = row.get_by_text(people.NUMBER).first.inner_text()
    row.get_by_role("link", name=number, exact=True).click()
    people.answer_warnings(officer)
    officer.get_by_role("button", name="复核通过并看下一件").click()
    expect(officer.get_by_role("status").filter(has_text=f"{number} 审核通过")).to_be_visible()
    people.look_up_case(officer, number)
    expect(people.timeline(officer).filter(has_text="初审通过，转复核")).to_contain_text("陈立新")
    expect(people.timeline(officer).filter(has_text="税务审核通过")).to_contain_text("吴国强")


def test_an_arrived_payment_says_why_it_cannot_be_applied_for_and_whom_to_ask(visit):
    page = visit("liuxiulan")
    people.open_pension_refunds(page)
    arrived = page.locator("#arrived")
    expect(arrived.get_by_role("heading", name="已到账的缴费，不能在网上申请")).to_be_visible()
    expect(arrived).to_contain_text("已计入社保个人账户")
    expect(arrived.get_by_role("row").filter(has_text="300.00")).to_contain_text("国家税务总局汉川市税务局")
    expect(arrived.get_by_role("checkbox")).to_have_count(0)

"""Every journey ends with JavaScript switched off, too (design.md section 5)."""

from playwright.sync_api import expect

from tests.journeys import people


def test_a_resident_applies_and_withdraws_without_javascript(visit):
    page = visit("liuxiulan", javascript=False)
    people.open_pension_refunds(page)
    people.start_applying(page, 2021)
    page.get_by_label("银行账号").fill("12")  # an empty box may mean the account of a returned application
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("银行账号")
    people.fill_account(page, people.PAID)
    page.get_by_role("button", name="提交", exact=True).click()
    number = people.confirm(page)
    page.goto(f"/refunds/{number}/")
    expect(people.fact(page, "审核状态")).to_have_text("待审核")
    people.withdraw(page, 2021)


def test_a_resident_filters_payments_without_javascript(visit):
    page = visit("liuxiulan", javascript=False)
    people.open_pension_refunds(page)
    expect(people.payment_row(page, 2021)).to_be_visible()
    page.get_by_label("缴费年度").select_option("2019")
    page.get_by_role("button", name="查询", exact=True).click()
    expect(people.payment_row(page, 2019)).to_be_visible()
    expect(people.payment_row(page, 2021)).to_have_count(0)


def test_nothing_ticked_is_answered_with_what_to_do_without_javascript(visit):
    page = visit("liuxiulan", javascript=False)
    people.open_pension_refunds(page)
    page.get_by_role("button", name="申请退费").click()
    expect(page.get_by_text("请先勾选要退费的缴费记录")).to_be_visible()
    page.get_by_role("link", name="确定").click()
    expect(page.get_by_role("button", name="申请退费")).to_be_visible()


def test_an_officer_passes_and_rejects_without_javascript(visit):
    page = visit("shenhe1", javascript=False)
    page.get_by_role("button", name="领取下一件").click()
    number = people.fact(page, "申请单号").inner_text()
    people.answer_warnings(page)
    page.get_by_role("button", name="通过并看下一件", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(f"{number} 审核通过")

    number = people.fact(page, "申请单号").inner_text()
    page.locator("summary", has_text="不通过").click()
    page.get_by_role("button", name="不通过并看下一件").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择不通过的原因。")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="不通过并看下一件").click()
    expect(page.get_by_role("status")).to_contain_text(f"{number} 审核不通过")
    assert people.fact(page, "申请单号").inner_text() != number


def test_an_officer_on_a_phone_opens_the_menu_without_javascript(visit):
    page = visit("shenhe1", width=390, javascript=False)
    banner = page.get_by_role("banner")
    assert banner.bounding_box()["height"] <= 48
    expect(banner.get_by_role("link", name="统计")).to_be_hidden()
    banner.get_by_role("button", name="菜单").click()
    banner.get_by_role("link", name="统计").click()
    expect(page.get_by_role("heading", name="统计", level=1)).to_be_visible()

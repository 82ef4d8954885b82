"""What a dialog holds is not lost by a slip, and what it said does not stay behind."""

import re

from playwright.sync_api import expect

from tests.journeys import medical, people


def test_closing_with_unsent_words_asks_first(visit):
    page = visit("liuxiulan")
    people.open_pension_refunds(page)
    people.start_applying(page, 2021)
    number = page.get_by_label("银行账号")
    number.fill(people.PAID)
    asked = []
    page.once("dialog", lambda question: (asked.append(question.message), question.dismiss()))
    page.get_by_role("link", name="取消").click()
    expect(number).to_have_value(people.PAID)
    page.once("dialog", lambda question: question.accept())
    page.get_by_role("link", name="取消").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert asked == ["填写的内容还没有保存，要离开吗？"]


def test_closing_an_untouched_dialog_asks_nothing(visit):
    page = visit("liuxiulan")
    people.open_pension_refunds(page)
    people.start_applying(page, 2021)
    page.get_by_role("link", name="取消").click()  # a question would be answered with no, and the dialog would stay
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_word_of_a_mistake_leaves_the_title_with_it(visit):
    page = visit("liuxiulan")
    people.open_pension_refunds(page)
    people.start_applying(page, 2021)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page).to_have_title(re.compile("^错误："))
    people.fill_account(page, people.PAID)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    expect(page).to_have_title(re.compile("^(?!错误)"))


def test_back_goes_one_step_back_and_loses_nothing(visit):
    page = visit("liuxiulan")
    people.open_pension_refunds(page)
    people.start_applying(page, 2021)
    people.fill_account(page, people.PAID)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("银行账号")).to_have_value(people.PAID)
    page.once("dialog", lambda question: question.dismiss())
    page.go_back()
    expect(page.get_by_label("银行账号")).to_have_value(people.PAID)
    page.once("dialog", lambda question: question.accept())
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/pension/"))


def test_two_minutes_before_the_end_the_page_says_so_and_one_press_stays(visit):
    page = visit("liuxiulan")
    people.open_pension_refunds(page)
    people.start_applying(page, 2021)
    left = {"GET": "110", "POST": "1800"}
    page.route("**/accounts/session/", lambda route: route.fulfill(body=left[route.request.method]))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    warning = page.get_by_role("dialog").get_by_role("status").filter(has_text="还有 2 分钟就会自动退出")
    expect(warning).to_be_visible()
    page.get_by_role("button", name="继续", exact=True).click()
    expect(warning).to_have_count(0)


def test_the_whole_row_of_an_enrolment_chooses_it(visit):
    page = visit("zhanghaoran")
    page.goto("/medical/enrolments/")
    page.get_by_role("cell", name="420703", exact=True).click()
    expect(page.get_by_role("radio", name="选择 华容区医疗保障局(城乡医疗)")).to_be_checked()
    page.get_by_role("button", name=medical.said(page, "确定", "确认")).click()
    expect(people.fact(page, "社保经办机构名称")).to_have_text("华容区医疗保障局(城乡医疗)")

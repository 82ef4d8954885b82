"""What a dialog holds is not lost by a slip, and what it said does not stay behind."""

import re

from playwright.sync_api import expect

from tests.journeys import medical, people

KEPT = "上次填写的内容还在"


def test_what_was_typed_is_there_again_when_the_same_dialog_opens(visit):
    page = visit("liuxiulan")
    people.open_pension_refunds(page)
    people.start_applying(page, 2021)
    page.get_by_label("银行账号").fill(people.PAID)
    page.get_by_role("link", name="取消").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert people.PAID not in page.content() + page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    people.start_applying(page, 2021)
    expect(page.get_by_label("银行账号")).to_have_value(people.PAID)
    expect(page.get_by_role("status").filter(has_text=KEPT)).to_be_visible()
    page.get_by_role("button", name="重新填写").click()
    expect(page.get_by_label("银行账号")).to_have_value("")
    expect(page.get_by_text(KEPT)).to_have_count(0)
    page.keyboard.press("Escape")
    people.start_applying(page, 2021)
    expect(page.get_by_label("银行账号")).to_have_value("")
    expect(page.get_by_text(KEPT)).to_have_count(0)


def test_a_link_pressed_right_after_a_dialog_is_closed_leads_where_it_says(visit):
    page = visit("liuxiulan")
    people.open_pension_refunds(page)
    people.start_applying(page, 2021)
    with page.expect_navigation(url="**/messages/"):
        page.evaluate("""() => {
            document.querySelector("dialog [data-close]").click();
            document.querySelector('.masthead a[href="/messages/"]').click();
        }""")
    page.go_back()
    expect(page).to_have_url(re.compile("/pension/"))


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
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/pension/"))
    people.start_applying(page, 2021)
    expect(page.get_by_label("银行账号")).to_have_value(people.PAID)


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

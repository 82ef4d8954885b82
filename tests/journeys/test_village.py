"""The manual's own example as 黄潭村's clerk (P3-01 … P3-21), and 10,000 people as 万福社区's."""

import time

from playwright.sync_api import expect

from tests.journeys import people, village
from tests.journeys.test_keyboard import press, tab_to


# P3-04, P3-11, P3-13, P3-16, P3-19, P3-21
def test_310_people_pick_four_take_one_back_save_withdraw_save_again_and_be_paid(visit):
    clerk = visit("huangtan")
    village.open_payment(clerk, "62,000.00")
    expect(clerk.get_by_text("可退 310 人")).to_be_visible()
    village.pick(clerk, "选择区", 4)
    village.press(clerk, "添加")
    village.expect_chosen(clerk, "已选 4 人 · 800.00 元")
    village.pick(clerk, "退费区", 1)
    village.press(clerk, "取消退费")
    village.expect_chosen(clerk, "已选 3 人 · 600.00 元")
    village.pick(clerk, "选择区", 1)
    village.press(clerk, "添加")
    village.expect_chosen(clerk, "已选 4 人 · 800.00 元")
    village.fill_maintenance(clerk)
    village.save(clerk, "4", "800.00", "捌佰元整")
    village.withdraw_newest(clerk, "4")
    village.open_payment(clerk, "62,000.00")
    village.expect_chosen(clerk, "已选 4 人 · 800.00 元")
    village.fill_maintenance(clerk)
    number = village.save(clerk, "4", "800.00", "捌佰元整")

    officer = visit("shenhe1")
    people.look_up_case(officer, number)
    village.leave_out_listed(officer, village.third_name(officer), "同年度另有本人的退费")
    village.take_in_left_out(officer)
    village.tick_first(officer)
    village.press(officer, "通过并看下一件")
    expect(officer.get_by_role("alert").filter(has_text="您勾选了 1 人但没有排除。")).to_be_visible()
    village.leave_out_first(officer, "其他原因", "本人要求不退")
    people.answer_warnings(officer)
    village.press(officer, "通过并看下一件")
    partly = f"{number} 部分通过：通过 3 人 600.00 元，不通过 1 人"
    expect(officer.get_by_role("status").filter(has_text=partly)).to_be_visible()

    clerk.goto(f"/pension/village/progress/{number}/")
    deadline = time.monotonic() + people.SETTLE_SECONDS
    while people.fact(clerk, "已退").inner_text() != "3 人 600.00 元":
        assert time.monotonic() < deadline, people.fact(clerk, "已退").inner_text()
        clerk.wait_for_timeout(500)
        clerk.reload()
    expect(people.fact(clerk, "不通过")).to_have_text("1 人 200.00 元")
    expect(clerk.get_by_text("其他原因，本人要求不退")).to_be_visible()
    clerk.get_by_role("button", name="未退成的人放入新的退费").click()
    village.expect_chosen(clerk, "已选 1 人 · 200.00 元")
    village.take_all_out(clerk)


def test_a_batch_that_bounced_goes_out_again_to_the_corrected_account(visit):
    clerk, officer = visit("huangtan"), visit("shenhe2")
    village.open_payment(clerk, "4,200.00")
    village.pick(clerk, "选择区", 3)
    village.press(clerk, "添加")
    village.expect_chosen(clerk, "已选 3 人 · 300.00 元")
    village.fill_maintenance(clerk, people.BOUNCED)
    number = village.save(clerk, "3", "300.00", "叁佰元整")
    people.pass_case(officer, number)
    people.wait_for_status(clerk, number, "退付失败", "人社处理状态")
    clerk.goto("/")
    clerk.get_by_role("link", name=f"去更正 {number}").click()
    clerk.get_by_role("link", name="更正账户", exact=True).click()
    people.fill_account(clerk, people.PAID)
    clerk.get_by_label("联系人名称").fill("王会计")
    village.press(clerk, "下一步，核对账户")
    village.press(clerk, "确认并重新退付")
    expect(clerk.get_by_role("status").filter(has_text="账户已更正")).to_be_visible()
    people.wait_for_status(clerk, number, "退费成功", "人社处理状态")
    expect(people.fact(clerk, "已退")).to_have_text("3 人 300.00 元")


def test_ten_thousand_people_never_make_anybody_wait(visit):
    clerk = visit("wanfu")
    village.open_payment(clerk, "2,000,000.00")
    village.press(clerk, "全部添加")
    village.expect_chosen(clerk, "已选 10,000 人 · 2,000,000.00 元")
    assert clerk.evaluate("document.querySelectorAll('*').length") <= 3000
    village.fill_maintenance(clerk)
    village.save(clerk, "10,000", "2,000,000.00", "贰佰万元整")
    assert clerk.evaluate("document.querySelectorAll('*').length") <= 3000
    village.withdraw_newest(clerk, "10,000")
    village.choose_nobody(clerk, "2,000,000.00")
    expect(clerk.get_by_text("可退 10,000 人")).to_be_visible()


def test_without_javascript_a_batch_is_chosen_saved_and_withdrawn(visit):
    clerk = visit("huangtan", javascript=False)
    village.open_payment(clerk, "4,200.00")
    boxes = village.pane(clerk, "选择区").get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    village.press(clerk, "添加")
    village.expect_chosen(clerk, "已选 2 人 · 200.00 元")
    village.fill_maintenance(clerk)
    village.save(clerk, "2", "200.00", "贰佰元整")
    village.withdraw_newest(clerk, "2")
    village.choose_nobody(clerk, "4,200.00")


def test_enter_in_the_search_of_a_pane_searches_that_pane(visit):
    clerk = visit("huangtan")
    village.open_payment(clerk, "4,200.00")
    left = village.pane(clerk, "选择区")
    left.get_by_label("姓名").fill("无此人")
    clerk.keyboard.press("Enter")
    expect(left.get_by_text("没有符合条件的人员，请换个条件再查。")).to_be_visible()
    left.get_by_role("button", name="选择区清除查询条件").click()
    expect(left.get_by_role("row")).not_to_have_count(0)


def test_with_the_keyboard_only_a_batch_is_chosen_and_saved(visit):
    clerk = visit("huangtan")
    village.open_payment(clerk, "4,200.00")
    press(clerk, village.pane(clerk, "选择区").get_by_role("checkbox").nth(1), "Space")
    tab_to(clerk, clerk.get_by_role("button", name="添加", exact=True))
    clerk.keyboard.press("Enter")
    village.expect_chosen(clerk, "已选 1 人 · 100.00 元")
    village.fill_maintenance(clerk)
    tab_to(clerk, clerk.get_by_role("button", name="保存", exact=True), "Shift+Tab")
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_text("尚未提交")).to_be_visible()
    press(clerk, clerk.get_by_role("button", name="确认并提交"))
    expect(clerk.get_by_role("heading", name="退费明细", level=1)).to_be_visible()
    village.withdraw_newest(clerk, "1")
    village.choose_nobody(clerk, "4,200.00")

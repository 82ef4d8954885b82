"""The clerk's pages and the officer's page of a batch, each state of them, for everybody (WCAG 2.2 AA, narrow screens)."""

from playwright.sync_api import expect

from tests.journeys import people, village
from tests.journeys.test_accessibility import assert_everybody_can_use


def test_everybody_can_use_each_step_of_a_batch(visit):
    clerk = visit("huangtan")
    for address in (
        "/",
        "/tax-service/",
        "/pension/village/",
        "/pension/village/?year=1999",
        "/pension/village/progress/",
    ):
        clerk.goto(address)
        assert_everybody_can_use(clerk)
    clerk.set_viewport_size({"width": 1366, "height": 768})
    village.open_payment(clerk, "4,200.00")
    assert_everybody_can_use(clerk)
    clerk.set_viewport_size({"width": 1366, "height": 768})
    village.pick(clerk, "选择区", 2)
    village.press(clerk, "添加")
    village.expect_chosen(clerk, "已选 2 人 · 200.00 元")
    village.unfold_maintenance(clerk)
    clerk.get_by_label("联系人名称").fill("")  # whatever the draft remembers
    village.press(clerk, "保存")
    expect(clerk.get_by_role("alert").first).to_be_visible()
    assert_everybody_can_use(clerk)
    village.fill_maintenance(clerk)
    village.press(clerk, "保存")
    expect(clerk.get_by_text("尚未提交")).to_be_visible()
    assert_everybody_can_use(clerk)
    clerk.get_by_role("button", name="确认并提交").click()
    expect(clerk.get_by_role("heading", name="退费明细", level=1)).to_be_visible()
    number = village.NUMBER.search(clerk.get_by_role("main").inner_text())[0]
    assert_everybody_can_use(clerk)

    officer = visit("shenhe1")
    people.look_up_case(officer, number)
    assert_everybody_can_use(officer)

    clerk.set_viewport_size({"width": 1366, "height": 768})
    village.withdraw_newest(clerk, "2")
    assert_everybody_can_use(clerk)
    clerk.set_viewport_size({"width": 1366, "height": 768})
    village.choose_nobody(clerk, "4,200.00")


def test_everybody_can_use_the_list_by_paste_and_its_answer(visit):
    clerk = visit("huangtan")
    village.open_payment(clerk, "4,200.00")
    clerk.get_by_role("link", name="上传或粘贴名单").click()
    assert_everybody_can_use(clerk)
    clerk.get_by_role("textbox").first.fill("42098419500101000\n420984195001010003\n")
    clerk.get_by_role("button", name="上传").first.click()
    expect(clerk.get_by_text("需修改").first).to_be_visible()
    assert_everybody_can_use(clerk)

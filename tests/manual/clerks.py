"""What a village clerk sees: a batch, a list from Excel, progress, and the sheet to sign."""

from playwright.sync_api import expect

from tests.journeys import people, village
from tests.journeys.test_village_upload import MEMBERS, member
from tests.manual.camera import Camera, pictures
from tests.village.workbooks import Tab, xlsx


@pictures("village-home", "village-list", "village", "village-account", "village-check", "village-lines")
def batch(camera: Camera) -> None:
    """Four of 310 people, from 首页 to 退费明细."""
    page = camera.visit("huangtan")
    camera.take(page, "village-home")
    page.goto("/pension/village/")
    camera.take(page, "village-list", height=620)
    village.open_payment(page, "62,000.00")
    village.pick(page, "选择区", 4)
    village.press(page, "添加")
    village.expect_chosen(page, "已选 4 人 · 800.00 元")
    camera.take(page, "village")
    village.fill_maintenance(page)
    camera.take(page, "village-account", height=700)
    village.press(page, "保存")
    expect(page.get_by_text("尚未提交")).to_be_visible()
    camera.take(page, "village-check")
    page.get_by_role("button", name="确认并提交").click()
    expect(page.get_by_role("heading", name="退费明细", level=1)).to_be_visible()
    camera.take(page, "village-lines")


@pictures("village-upload", "village-sorted")
def listed(camera: Camera) -> None:
    """A list with a line that is wrong and one that was hidden."""
    page = camera.visit("huangtan")
    *good, bad, hidden = map(member, MEMBERS)
    rows = [["姓名", "证件号码"], *good, [bad[0], bad[1][:-1]], hidden]
    village.open_payment(page, "4,200.00")
    page.get_by_role("link", name="上传或粘贴名单").click()
    camera.take(page, "village-upload", height=820)
    file = {"name": "名单.xlsx", "mimeType": "application/octet-stream", "buffer": xlsx(Tab(rows, hidden={6}))}
    page.get_by_label("选择文件").set_input_files(file)
    village.press(page, "上传并加入退费区")
    expect(page.get_by_role("heading", name="3 可提交，1 需修改，1 暂未加入")).to_be_attached()
    camera.take(page, "village-sorted")


@pictures("village-progress", "roster")
def paid(camera: Camera) -> None:
    """退费进度, and the sheet to sign once the money has come."""
    page, officer = camera.visit("huangtan", "/pension/village/progress/"), camera.visit("shenhe1")
    number = village.NUMBER.search(page.get_by_role("main").inner_text())[0]
    people.pass_case(officer, number)
    people.wait_for_status(page, number, "退费成功", "人社处理状态")
    page.goto("/pension/village/progress/")
    camera.take(page, "village-progress", height=700)
    page.goto(f"/pension/village/progress/{number}/roster/")
    camera.take(page, "roster", height=760)

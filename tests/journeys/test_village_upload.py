"""A clerk's list with a bad line and a hidden one: corrected, taken in, handed in (C5, C6)."""

from datetime import date, timedelta

from playwright.sync_api import expect

from accounts.demo import person_number
from refunds_portal.demo.names import HUANGTAN, name_of
from tests.journeys import village
from tests.journeys.test_accessibility import assert_everybody_can_use
from tests.village.workbooks import Tab, xlsx

# Of the 42 people, those whom no other journey picks.
MEMBERS = range(34, 39)


def member(n: int) -> list[str]:
    return [name_of(n), person_number(HUANGTAN[2], date(1940, 1, 1) + timedelta(days=n))]


def test_a_list_with_a_bad_line_and_a_hidden_one_is_put_right_and_handed_in(visit):
    clerk = visit("huangtan")
    *good, bad, hidden = map(member, MEMBERS)
    rows = [["姓名", "证件号码"], *good, [bad[0], bad[1][:-1]], hidden]
    village.open_payment(clerk, "4,200.00")
    clerk.get_by_role("link", name="上传或粘贴名单").click()
    file = {"name": "名单.xlsx", "mimeType": "application/octet-stream", "buffer": xlsx(Tab(rows, hidden={6}))}
    clerk.get_by_label("选择文件").set_input_files(file)
    village.press(clerk, "上传并加入退费区")
    expect(clerk.get_by_role("heading", name="3 可提交，1 需修改，1 暂未加入")).to_be_attached()
    assert_everybody_can_use(clerk, widths=(390, 1366))
    clerk.set_viewport_size({"width": 1366, "height": 768})
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="下载需修改的 1 行").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    village.press(clerk, "加入这 1 行")
    expect(clerk.get_by_text("已加入：1 可提交，0 需修改")).to_be_visible()
    clerk.get_by_role("link", name="上传改好的名单").click()
    clerk.get_by_label("或者粘贴证件号码").fill("\t".join(bad))
    village.press(clerk, "上传并加入退费区")
    expect(clerk.get_by_text("1 人已加入退费区。")).to_be_visible()
    clerk.get_by_role("link", name="返回退费信息").click()
    village.expect_chosen(clerk, "已选 5 人 · 500.00 元")
    village.fill_maintenance(clerk)
    village.save(clerk, "5", "500.00", "伍佰元整")
    village.withdraw_newest(clerk, "5")
    village.choose_nobody(clerk, "4,200.00")

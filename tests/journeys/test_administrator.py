"""The first day of an administrator: she loads offices, staff and payments, sets a limit, confirms a name, and an auditor reads it all."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.feeds.offices import OfficeFeed
from accounts.feeds.staff import StaffFeed
from tests.feeds import data
from tests.feeds.test_load_staff import officer

BRANCH, PERSON = "14209840077", 61_001


def load(page: Page, kind: str, path, result: str) -> None:
    page.goto("/administration/new-load/")
    page.get_by_label("种类").select_option(kind)
    page.get_by_label("文件").set_input_files(path)
    page.get_by_role("button", name="上传并试运行").click()
    page.get_by_role("button", name="载入").first.click(timeout=30_000)
    expect(page.get_by_text(result)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="看这次载入")).to_be_visible(timeout=30_000)


def test_the_first_day_of_an_administrator(visit, tmp_path):
    page = visit("guanli", "/administration/")
    expect(page.get_by_text("最近备份")).to_be_visible()

    office = {"税务机关代码": BRANCH, "税务机关名称": "汉川市税务局首日分局", "行政区划代码": "420984"}
    offices = [office | {"上级税务机关代码": data.OFFICE}]
    load(page, "offices", data.write(tmp_path / "offices.csv", offices, OfficeFeed.columns), "新增 1")
    people = [officer(n, 税务机关代码=BRANCH) for n in (61_010, 61_011)]
    load(page, "staff", data.write(tmp_path / "staff.csv", people, StaffFeed.columns), "新增 2")

    page.goto("/administration/staff/officer61011/")
    page.get_by_role("button", name="停用，立即退出登录").click()
    page.get_by_role("button", name="确认停用").click()
    expect(page.get_by_role("status").filter(has_text="登录已退出")).to_be_visible()

    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    page.goto("/administration/parameters/countersign-limit/")
    page.get_by_label("新的值").fill("20000.00")
    page.get_by_label("从哪天起").fill(tomorrow)
    page.get_by_label("依据").fill("鄂税函〔2026〕88 号")
    page.get_by_role("button", name="看会改变什么").click()
    page.get_by_role("button", name="保存，").click()
    expect(page.get_by_role("status").filter(has_text="20,000.00")).to_be_visible()

    payments = [data.payment(PERSON, 缴费人姓名="旧名花")]
    load(page, "payments-pension", data.write(tmp_path / "first.csv", payments), "新增 1")
    payments = [data.payment(PERSON + 10, person=PERSON, 缴费人姓名="新名花")]
    page.goto("/administration/new-load/")
    page.get_by_label("种类").select_option("payments-pension")
    page.get_by_label("文件").set_input_files(data.write(tmp_path / "second.csv", payments))
    page.get_by_role("button", name="上传并试运行").click()
    page.get_by_role("button", name="载入好的行").click(timeout=30_000)
    expect(page.get_by_role("link", name="看这次载入")).to_be_visible(timeout=30_000)
    page.goto("/administration/names/")
    page.get_by_role("row").filter(has_text="新名花").get_by_role("link", name="核实").click()
    page.get_by_label("看过的材料").fill("户口簿变更页")
    page.get_by_role("button", name="确认改名").click()
    expect(page.get_by_role("status").filter(has_text="已确认")).to_be_visible()

    audit = visit("shenji", "/review/audit/changes/")
    rows = audit.get_by_role("table")
    for what in ("上传名单 offices.csv", "载入名单 staff.csv", "状态", f"{tomorrow} 起", "新名花，已确认"):
        expect(rows.get_by_text(what).first).to_be_visible()

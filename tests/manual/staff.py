"""What auditors and the administrator see."""

import re

from tests.manual.camera import Camera, pictures


@pictures("statistics", "sample", "audit")
def looking_again(camera: Camera) -> None:
    """统计, 抽查 and 审计."""
    page = camera.visit("fuhe", "/review/statistics/")
    camera.take(page, "statistics")
    page.goto("/review/sample/")
    page.get_by_label("审核日期起").fill("2026-01-01")
    page.get_by_role("button", name="抽取").click()
    page.wait_for_url(re.compile(r"/review/sample/\d+/$"))
    camera.take(page, "sample", height=768)
    auditor = camera.visit("shenji", "/review/audit/")
    auditor.get_by_role("link", name="登录", exact=True).click()
    camera.take(auditor, "audit", height=768)


@pictures("administration", "load", "staff-new", "staff", "parameters", "wordings")
def first_day(camera: Camera) -> None:
    """管理端: data, people, limits and words."""
    page = camera.visit("guanli", "/administration/")
    camera.take(page, "administration")
    for address, name in (
        ("new-load/", "load"),
        ("new-staff/", "staff-new"),
        ("staff/shenhe1/", "staff"),
        ("parameters/", "parameters"),
        ("wordings/", "wordings"),
    ):
        page.goto(f"/administration/{address}")
        camera.take(page, name, height=768)

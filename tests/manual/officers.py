"""What officers see: the queue, a case, 复核, 移交异常, 查人查单, 代为发起."""

from playwright.sync_api import expect

from tests.journeys import people
from tests.journeys.deciding import CASE
from tests.manual.camera import Camera, pictures


@pictures("queue", "case", "case-reject", "keys", "bulk")
def deciding(camera: Camera) -> None:
    """待审核, 领取下一件, the case with its three decisions."""
    page = camera.visit("shenhe1", "/review/")
    camera.take(page, "queue", height=768)
    page.get_by_role("button", name="领取下一件").click()
    page.wait_for_url(CASE)
    people.answer_warnings(page)
    camera.take(page, "case", height=920)
    page.locator("summary", has_text="不通过").click()
    camera.take(page, "case-reject", height=1000)
    page.goto("/review/keys/?page=case")
    camera.take(page, "keys", height=768)
    page.goto("/review/bulk/")
    camera.take(page, "bulk", height=768)


@pictures("countersign-queue", "countersign")
def second(camera: Camera) -> None:
    """待复核, and the case above the limit."""
    page = camera.visit("fuhe", "/review/")
    camera.take(page, "countersign-queue", height=620)
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    page.wait_for_url(CASE)
    camera.take(page, "countersign", height=920)


@pictures("items", "item")
def handed_over(camera: Camera) -> None:
    """移交异常: an account of which the agency says that it refused, and then paid all the same."""
    officer = camera.visit("shenhe1")
    number = _contradicted(camera.visit("liuxiulan"))
    people.pass_case(officer, number)
    officer.goto("/review/items/")
    for _again in range(people.SETTLE_SECONDS):
        if officer.get_by_role("main").get_by_text(number).count():
            break
        officer.wait_for_timeout(1000)
        officer.reload()
    camera.take(officer, "items", height=768)
    officer.get_by_role("main").get_by_role("link").filter(has_text=number).first.click()
    camera.take(officer, "item")


def _contradicted(page) -> str:
    """An application whose account ends in 06: refused, then paid all the same."""
    people.withdraw(page, 2021)
    return people.apply_for(page, 2021, people.PAID[:-2] + "06")


@pictures("find", "behalf")
def for_a_caller(camera: Camera) -> None:
    """查人查单 by a name, and 代为发起 for somebody at the counter."""
    page = camera.visit("shenhe1", "/review/find/")
    page.get_by_label("单号、证件号码、手机、姓名、拼音首字母或村组").fill("刘秀兰")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("main").get_by_text("刘秀兰").first).to_be_visible()
    camera.take(page, "find")
    page.goto("/review/on-behalf/")
    camera.take(page, "behalf", height=620)

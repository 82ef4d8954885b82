"""What residents see: 养老, 医保, the account report, where the money is, and 长辈模式."""

from playwright.sync_api import expect

from tests.journeys import medical, people
from tests.journeys.test_elder import apply as apply_as_an_elder
from tests.journeys.test_elder import sign_in as sign_in_as_an_elder
from tests.manual.camera import PHONE, Camera, pictures


@pictures("login", "register")
def doors(camera: Camera) -> None:
    """自然人业务 of the sign-in, and the first page of 用户注册."""
    page = camera.visit(at="/accounts/login/")
    camera.take(page, "login", height=760)
    page.get_by_role("banner").get_by_role("link", name="用户注册").click()
    camera.take(page, "register", height=820)


@pictures(
    "home", "tax-service", "pension-list", "pension-list-phone", "pension-apply", "pension-check", "pension-submitted"
)
def pension_applied_for(camera: Camera) -> None:
    """From 首页 to the number; the account is one at which the bank will bounce."""
    page, phone = camera.visit("liuxiulan"), camera.visit("liuxiulan", "/pension/", width=PHONE)
    camera.take(page, "home")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="办税中心").click()
    camera.take(page, "tax-service", height=620)
    people.open_pension_refunds(page)
    people.tick(page, 2019)
    camera.take(page, "pension-list", height=780)
    phone.get_by_role("checkbox").first.check()
    camera.take(phone, "pension-list-phone")
    page.get_by_role("button", name="申请退费").click()
    people.fill_account(page, people.BOUNCED)
    camera.take(page, "pension-apply", height=800)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    camera.take(page, "pension-check")
    people.confirm(page)
    camera.take(page, "pension-submitted", height=780)


@pictures("application", "withdraw", "returned", "correct-account", "receipt")
def pension_followed(camera: Camera) -> None:
    """One that waits and could be taken back; the other one bounced, its account corrected, the money paid, and the paper about it."""
    page, officer = camera.visit("liuxiulan"), camera.visit("shenhe1")
    bounced = _number_of(page, 2019)
    waiting = people.apply_for(page, 2021)
    page.goto(f"/refunds/{waiting}/")
    camera.take(page, "application")
    people.open_pension_refunds(page)
    people.tick(page, 2021)
    page.get_by_role("button", name="撤销退费").click()
    expect(page.get_by_role("button", name="撤销这 1 笔申请")).to_be_visible()
    camera.take(page, "withdraw", height=620)
    page.get_by_role("button", name="撤销这 1 笔申请").click()
    expect(page.get_by_role("status").filter(has_text="撤销成功")).to_be_visible()
    people.pass_case(officer, bounced)
    people.wait_for_status(page, bounced, "退付失败")
    camera.take(page, "returned")
    page.get_by_role("link", name="更正账户", exact=True).click()
    people.fill_account(page, people.PAID)
    camera.take(page, "correct-account", height=800)
    page.get_by_role("button", name="下一步，核对账户").click()
    page.get_by_role("button", name="确认并重新退付").click()
    expect(page.get_by_role("status").filter(has_text="账户已更正")).to_be_visible()
    people.wait_for_status(page, bounced, "退费成功")
    page.goto(f"/refunds/{bounced}/receipt/")
    camera.take(page, "receipt", height=1000)


def _number_of(page, year: int) -> str:
    people.open_pension_refunds(page)
    return people.NUMBER.search(people.payment_row(page, year).locator("a").first.get_attribute("href"))[0]


@pictures("inquiry", "messages", "station", "verify", "question")
def what_is_told(camera: Camera) -> None:
    """查询中心, with and without a sign-in, messages and questions."""
    page, stranger = camera.visit("liuxiulan", "/inquiry/"), camera.visit(at="/inquiry/")
    camera.take(page, "inquiry")
    page.goto("/messages/")
    camera.take(page, "messages", height=700)
    camera.take(stranger, "station", height=620)
    stranger.goto("/inquiry/receipt/")
    camera.take(stranger, "verify", height=620)
    page.goto("/interaction/questions/new/")
    camera.take(page, "question", height=760)


@pictures(
    "medical-list",
    "no-account",
    "account-add",
    "account-report",
    "account-check",
    "medical-list-phone",
    "medical-apply",
    "medical-progress",
)
def medical_applied_for(camera: Camera) -> None:
    """A payment without an account: the report first, then back to the very payment, and on to the number."""
    page = camera.visit("liuxiulan")
    medical.open_refunds(page)
    medical.ask_for_year(page, 2023)
    medical.box(page, 2023).check()
    camera.take(page, "medical-list", height=780)
    medical.press_refund(page)
    expect(page.get_by_text("未查询到存款报告账户信息")).to_be_visible()
    camera.take(page, "no-account", height=620)
    page.get_by_role("link", name="确定").click()
    page.get_by_role("link", name="添加", exact=True).click()
    expect(page.get_by_role("heading", name="新增银行账户")).to_be_visible()
    camera.take(page, "account-add", height=860)
    page.goto("/bankreports/")
    medical.fill_record(page, people.PAID)
    camera.take(page, "account-report", height=860)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    camera.take(page, "account-check", height=780)
    page.get_by_role("button", name="确认并提交报告").click()
    page.get_by_role("link", name="返回继续退费").click()
    expect(medical.box(page, 2023)).to_be_checked()
    phone = camera.visit("liuxiulan", "/medical/?year=2023", width=PHONE)
    camera.take(phone, "medical-list-phone")
    medical.press_refund(page)
    expect(page.get_by_role("heading", name="城乡居民医疗社保费退费申请")).to_be_visible()
    camera.take(page, "medical-apply", height=860)
    medical.fill_refund(page, "重复缴费")
    page.goto("/medical/progress/")
    camera.take(page, "medical-progress", height=700)


@pictures("elder-home", "elder-payments", "elder-question", "elder-check", "elder-submitted")
def elder(camera: Camera) -> None:
    """长辈模式 on a phone, from the sign-in to the number."""
    page, names = (
        camera.visit(width=PHONE),
        iter(("elder-home", "", "elder-payments", "elder-question", "", "elder-check")),
    )
    page.context.clear_cookies()
    page.goto("/")
    sign_in_as_an_elder(page)
    people_number = apply_as_an_elder(page, lambda: _next(camera, page, names))
    expect(page.get_by_text(people_number).first).to_be_visible()


def _next(camera: Camera, page, names) -> None:
    """Every page of the way is looked at; some are taken."""
    name = next(names, "elder-submitted")
    if name:
        camera.take(page, name)

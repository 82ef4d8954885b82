"""What people do in the portal, by the words they see."""

import re
import time

from playwright.sync_api import Page, expect

from accounts.demo import PASSWORD
from tests.journeys import crowd

DOORS = {
    "自然人业务": ("liuxiulan", "zhanghaoran"),
    "村组(单位)业务": ("huangtan", "wanfu"),
    "税务端": ("shenhe1", "shenhe2", "fuhe", "shenji", "guanli", "huarong1", *crowd.OFFICERS),
}
PENSION = "城乡居民社会保险费退费（养老）"
NUMBER = re.compile(r"Y[LB]\d{15}")
# Plain passbook numbers: paid, refused by the agency, bounced by the bank (design.md section 7).
PAID, REFUSED, BOUNCED = "95599000000000088", "95599000000000001", "95599000000000002"
SETTLE_SECONDS = 30


def sign_in(page: Page, account: str, password: str = PASSWORD) -> None:
    """Through the tab of this person's door."""
    door = next((door for door, users in DOORS.items() if account in users), "自然人业务")
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="登录").click()
    page.get_by_role("navigation", name="登录身份").get_by_role("link", name=door).click()
    page.get_by_label("身份证号/手机号/用户名").fill(account)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("status").filter(has_text="您已退出登录。")).to_be_visible()


def open_pension_refunds(page: Page) -> None:
    """首页 → 办税中心 → 城乡居民社会保险费退费（养老）."""
    page.goto("/")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="办税中心").click()
    page.get_by_role("link", name=PENSION).click()
    expect(page.get_by_role("heading", name="社保费退费", level=1)).to_be_visible()


def payment_row(page: Page, year: int):
    """The row of the payment whose period ends in `year`."""
    return (
        page.get_by_role("row")
        .filter(has_text=f"{year}-12-31")
        .or_(page.get_by_role("row").filter(has_text=f"{year}-10-31"))
    )


def tick(page: Page, year: int) -> None:
    payment_row(page, year).get_by_role("checkbox").check()


def start_applying(page: Page, year: int) -> None:
    tick(page, year)
    page.get_by_role("button", name="申请退费").click()
    expect(page.get_by_role("heading", name="申请退费", exact=True)).to_be_visible()


def fill_account(page: Page, account: str) -> None:
    page.get_by_label("银行类别").select_option(label="农业银行")
    page.get_by_label("银行账号").fill(account)


def confirm(page: Page) -> str:
    """From the check page on; returns the 申请单号."""
    expect(page.get_by_text("尚未提交")).to_be_visible()
    page.get_by_role("button", name="确认并提交退费申请").click()
    page.wait_for_url("**/submitted/**")
    return page.get_by_text(NUMBER).first.inner_text()


def apply_for(page: Page, year: int, account: str = PAID) -> str:
    """申请退费 without a mistake; returns the 申请单号."""
    open_pension_refunds(page)
    start_applying(page, year)
    fill_account(page, account)
    page.get_by_role("button", name="提交", exact=True).click()
    return confirm(page)


def withdraw(page: Page, year: int) -> None:
    open_pension_refunds(page)
    tick(page, year)
    page.get_by_role("button", name="撤销退费").click()
    page.get_by_role("button", name="撤销这 1 笔申请").click()
    expect(page.get_by_role("status").filter(has_text="撤销成功")).to_be_visible()
    expect(payment_row(page, year)).to_contain_text("未申请")


def look_up_case(page: Page, number: str) -> None:
    """审核队列 → the case, by its 申请单号."""
    page.goto("/review/?queue=all")
    page.get_by_label("申请单号或证件号码").fill(number)
    page.get_by_role("button", name="查询").click()
    expect(
        page.get_by_role("link", name="去掉筛选： 查到的申请")
    ).to_be_visible()  # the list before it shows the number as well
    page.get_by_role("link", name=number, exact=True).click()
    expect(fact(page, "申请单号")).to_have_text(number)


def answer_warnings(page: Page) -> None:
    """The first conclusion of every warning of the case that is open: nothing passes before."""
    expect(page.locator("#checks")).to_be_visible()
    for question in page.locator("#checks fieldset").all():
        question.get_by_role("radio").first.check()


def pass_case(page: Page, number: str) -> None:
    look_up_case(page, number)
    answer_warnings(page)
    page.get_by_role("button", name="通过并看下一件", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=f"{number} 审核通过")).to_be_visible()


def refuse_case(page: Page, reason: str, remark: str) -> None:
    """不通过, on the case that is open."""
    page.locator("summary", has_text="不通过").click()
    page.get_by_label(reason).check()
    page.get_by_role("textbox", name="审核意见").fill(remark)
    page.get_by_role("button", name="不通过并看下一件").click()


def fact(page: Page, label: str):
    """The value next to `label` in a list of facts."""
    return (
        page.get_by_role("main").locator("dl > div").filter(has=page.get_by_text(label, exact=True)).locator("dd").first
    )


def timeline(page: Page):
    """What happened, step by step, on a resident's page or an officer's."""
    return page.locator("ol.timeline > li")


def wait_for_status(page: Page, number: str, status: str, label: str = "退费状态") -> None:
    """Look at one's application again and again until it says so, at most 30 seconds."""
    deadline = time.monotonic() + SETTLE_SECONDS
    page.goto(f"/refunds/{number}/")
    # Of a batch that is paid, how many people and how much follow the word.
    while fact(page, label).inner_text().split("\n")[0].split(" ")[0] != status:
        assert time.monotonic() < deadline, f"{number} is still {fact(page, label).inner_text()}"
        page.wait_for_timeout(500)
        page.reload()

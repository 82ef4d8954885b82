"""What a resident does in 医保 and in the deposit account report, by the words she sees at her screen's width."""

from playwright.sync_api import Page, expect

from tests.journeys import people

MENU = "城乡居民基本医疗保险费退费"
TITLE = "社会保险费缴费人存款账户账号报告"
BRANCH = "中国农业银行股份有限公司鄂州鄂城支行"
PHONE = 390


def said(page: Page, pc: str, phone: str) -> str:
    """The word for this width: the manual has two."""
    return phone if page.viewport_size["width"] <= PHONE else pc


def open_refunds(page: Page) -> None:
    """办税中心 → 城乡居民基本医疗保险费退费 (G-05), or on a phone 更多功能 → 社保费退费 → 城乡居民医保社保费退费 (G-02, M1-01)."""
    page.goto("/")
    if page.viewport_size["width"] <= PHONE:
        page.get_by_role("link", name="更多功能").click()
        page.get_by_role("link", name="社保费退费").click()
        page.get_by_role("link", name="城乡居民医保社保费退费").click()
    else:
        page.get_by_role("navigation", name="主导航").get_by_role("link", name="办税中心").click()
        page.get_by_role("link", name=MENU).click()
    heading = said(page, "城乡居民医疗社保费(退费)", "城乡居民医保可退费信息查询")
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()


def ask_for_year(page: Page, year: int) -> None:
    page.get_by_label(said(page, "参保年度", "缴费年度"), exact=True).select_option(str(year))
    page.get_by_role("button", name=said(page, "查询", "可退费信息查询"), exact=True).click()
    expect(box(page, year)).to_be_visible()


def box(page: Page, year: int):
    """The tick box of the payment of that year."""
    return page.get_by_role("checkbox", name=f"选择 {year} 年")


def press_refund(page: Page) -> None:
    page.get_by_role("button", name=said(page, "申请退费", "退费"), exact=True).click()


def choose_enrolment(page: Page, agency: str) -> None:
    """选择登记信息, in the dialog that is open."""
    expect(page.get_by_role("heading", name="选择登记信息")).to_be_visible()
    page.get_by_role("radio", name=f"选择 {agency}").check()
    page.get_by_role("button", name=said(page, "确定", "确认")).click()
    expect(people.fact(page, said(page, "社保经办机构名称", "社保经办机构"))).to_have_text(agency)


def fill_record(page: Page, account: str) -> None:
    """添加 of an ordinary account (M1-07); what is prefilled stays."""
    page.get_by_role("link", name=said(page, "添加", "新增记录"), exact=True).click()
    expect(page.get_by_role("heading", name="新增银行账户")).to_be_visible()
    page.get_by_label("行政区划").select_option(label="鄂城区")
    page.get_by_role("combobox", name="银行行别").select_option(label="中国农业银行")
    page.get_by_label("开户银行").fill(BRANCH)
    page.get_by_label("账号", exact=True).fill(account)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="已保存到本次报告")).to_be_visible()


def submit_report(page: Page, account: str = "") -> None:
    """提交, the check page with the whole number in groups, and the jump to 首页 (M2-11)."""
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    if account:
        grouped = " ".join(account[i : i + 4] for i in range(0, len(account), 4))
        expect(page.get_by_text(grouped)).to_be_visible()
    page.get_by_role("button", name="确认并提交报告").click()
    expect(page.get_by_role("status").filter(has_text="存款账户账号报告已提交")).to_be_visible()
    expect(page.get_by_role("heading", name="您好")).to_be_visible()


def fill_refund(page: Page, reason: str, words: str = "") -> str:
    """退费信息 (M2-07, M1-13) up to the number of the application."""
    heading = said(page, "城乡居民医疗社保费退费申请", "城乡居民医保社保退费信息填写")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.get_by_label("退费理由", exact=True).select_option(label=reason)
    page.get_by_label("退费理由说明").fill(words)
    page.get_by_role("button", name="退费", exact=True).last.click()
    return people.confirm(page)


def withdraw(page: Page, number: str) -> None:
    """撤销退费 on the page of the application."""
    page.goto(f"/refunds/{number}/")
    page.get_by_role("link", name="撤销退费").click()
    page.get_by_role("button", name="撤销这笔申请").click()
    expect(page.get_by_role("status").filter(has_text="撤销成功")).to_be_visible()


def close_account(page: Page, tail: str) -> None:
    """注销 of the account ending so, and the report that says it."""
    page.goto("/bankreports/")
    page.get_by_role("link", name=f"注销 中国农业银行 **** {tail}").click()
    expect(page.get_by_role("heading", name="注销银行账户")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="注销的账户已保存")).to_be_visible()
    submit_report(page)


def progress(page: Page, label: str):
    """The cell of the newest application under that heading."""
    page.goto("/medical/progress/")
    return page.locator(f'td[data-label="{label}"]').first

"""What a village clerk does in the portal, by the words she sees."""

import re

from playwright.sync_api import Page, expect

from tests.journeys import people

NUMBER = re.compile(r"YL\d{15}")
ACCOUNT = "95599000000000088"


def open_payment(page: Page, amount: str) -> None:
    """首页 → 办税中心 → 养老退费 → 【退费】 of the payment with that 实缴金额."""
    page.goto("/")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="办税中心").click()
    page.get_by_role("link", name=people.PENSION).click()
    expect(page.get_by_role("heading", name="村组(单位)城乡居民养老退费", level=1)).to_be_visible()
    page.get_by_role("row").filter(has_text=amount).get_by_role("link", name="退费", exact=True).click()
    expect(page.get_by_role("heading", name="申请区")).to_be_visible()


def pane(page: Page, name: str):
    return page.get_by_role("region", name=name, exact=True)


def pick(page: Page, side: str, names: int) -> None:
    """Tick the first people of a pane."""
    boxes = pane(page, side).get_by_role("row").get_by_role("checkbox")
    for position in range(1, names + 1):  # the first box is 全选本页
        boxes.nth(position).check()


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def expect_chosen(page: Page, words: str) -> None:
    expect(pane(page, "退费区").get_by_text(words)).to_be_visible()


def unfold_maintenance(page: Page) -> None:
    """What the draft has all of already is a line that opens."""
    if (folded := page.locator("details:not([open])").get_by_text("修改", exact=True)).count():
        folded.click()


def fill_maintenance(page: Page, account: str = ACCOUNT) -> None:
    """退费维护区."""
    unfold_maintenance(page)
    page.get_by_label("银行账号").fill(account)
    page.get_by_label("账户类型").select_option(label="银行卡")
    page.get_by_label("银行类别").select_option(label="农业银行")
    page.get_by_label("联系人名称").fill("王会计")
    page.get_by_label("联系人电话").fill("0712-1234567")


def save(page: Page, people_count: str, amount: str, capital: str) -> str:
    """保存, the check page, the submission; returns the batch number."""
    press(page, "保存")
    expect(page.get_by_text("尚未提交")).to_be_visible()
    for words in (f"{people_count} 人", f"{amount} 元", capital):
        expect(page.get_by_role("main").get_by_text(words, exact=True).first).to_be_visible()
    page.get_by_role("button", name="确认并提交").click()
    expect(page.get_by_role("heading", name="退费明细", level=1)).to_be_visible()
    return NUMBER.search(page.get_by_role("main").inner_text())[0]


def withdraw_newest(page: Page, people_count: str) -> None:
    """退费进度 → 撤销退费 of the newest batch, after the preview."""
    page.goto("/pension/village/progress/")
    page.get_by_role("row").nth(1).get_by_role("checkbox").check()
    page.get_by_role("button", name="撤销退费").click()
    expect(page.get_by_text(f"同一批的 {people_count} 人会全部撤销")).to_be_visible()
    page.get_by_role("button", name=f"撤销 1 批共 {people_count} 人").click()
    expect(page.get_by_role("status").filter(has_text="撤销成功")).to_be_visible()


def choose_nobody(page: Page, amount: str) -> None:
    """What was taken back is a draft again: emptied, for whoever comes next."""
    open_payment(page, amount)
    take_all_out(page)


def take_all_out(page: Page) -> None:
    """全部取消退费, which asks once more where there is JavaScript."""
    page.once("dialog", lambda dialog: dialog.accept())
    press(page, "全部取消退费")
    expect_chosen(page, "已选 0 人 · 0.00 元")


def tick_first(page: Page):
    """The officer ticks the first person of the open batch; returns the list."""
    people_list = page.get_by_role("region", name="退费人员", exact=True)
    people_list.get_by_role("row").nth(1).get_by_role("checkbox").check()
    return people_list


def leave_out_listed(page: Page, name: str, reason: str) -> None:
    """The officer leaves out whom a pasted list names, after its check page, and reads what the clerk will."""
    page.get_by_role("link", name="按名单排除（上传）").click()
    page.get_by_label("或者粘贴").fill(f"姓名\n{name}\n没有此人")
    press(page, "上传并核对")
    expect(page.get_by_role("row").filter(has_text="没有此人")).to_contain_text("不在本批退费里")
    page.get_by_label("排除的原因").select_option(label=reason)
    press(page, "排除找到的 1 人")
    expect(page.get_by_role("status").filter(has_text="已按名单排除 1 人")).to_be_visible()
    expect(page.locator("#told")).to_contain_text(reason)


def third_name(page: Page) -> str:
    """Of the people of the open batch."""
    return (
        page.get_by_role("region", name="退费人员", exact=True)
        .get_by_role("row")
        .nth(3)
        .get_by_role("cell")
        .nth(1)
        .inner_text()
    )


def take_in_left_out(page: Page) -> None:
    """All who are left out are taken in again."""
    people_list = page.get_by_role("region", name="退费人员", exact=True)
    people_list.get_by_role("link", name="已排除").click()
    people_list.get_by_role("button", name="恢复全部符合条件的 1 人").click()
    expect(people_list.get_by_text("已恢复全部符合条件的 1 人。")).to_be_visible()
    people_list.get_by_role("link", name="全部", exact=False).first.click()
    page.wait_for_timeout(1000)  # a decision within a second of a page that tells of another one is held (forms.js)


def leave_out_first(page: Page, reason: str, words: str) -> None:
    """The officer leaves the first person of the open batch out."""
    people_list = tick_first(page)
    people_list.get_by_label("排除的原因").select_option(label=reason)
    people_list.get_by_label("审核意见").fill(words)
    people_list.get_by_role("button", name="排除勾选的人员").click()
    expect(people_list.get_by_text("1 人 · 200.00 元")).to_be_visible()

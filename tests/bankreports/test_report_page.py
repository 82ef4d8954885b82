"""The report page (M2-09, M1-06, M1-10): the grid, its words, and what it never shows."""

import pytest

from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, reported, submit
from tests.bankreports.reading import ADD, CHECK, URL, change_url, close_url, edit_url, rows
from tests.pages import by_id, find, find_all, headings, text, tree

pytestmark = pytest.mark.django_db
COLUMNS = [
    "选择", "操作类型", "账户性质", "银行开户登记证号", "发放日期", "行政区划", "银行行别", "开户银行", "账户名称", "账号",
    "币种", "首选缴税账户标识", "一般退税账户标识", "出口退税账户标识", "开户日期", "变更日期", "注销日期", "备注",
]  # fmt: skip


def test_a_units_grid_has_the_columns_of_the_manual_in_order(client, clerk):
    drafted(clerk)
    assert headings(client.get(URL)) == [*COLUMNS, "操作"]


def test_every_cell_stands_under_the_heading_it_names(client, clerk):
    drafted(clerk)
    assert [list(row) for row in rows(client)] == [[*COLUMNS, "操作"]]


def test_it_has_the_titles_and_buttons_of_the_manual(client, resident):
    drafted(resident)
    words = text(client.get(URL))
    titles = ("社会保险费缴费人存款账户账号报告", "纳税人识别号", "报告单位")
    assert all(label in words for label in (*titles, "添加", "删除", "暂存", "提交", "经办人", "报告日期", "经营地址"))


def test_the_hint_of_the_manual_stands_under_the_accounts(client, resident):
    drafted(resident)
    assert (
        "温馨提醒：如果修改已保存的银行账户相关信息（银行开户登记证号、开户银行、账户名称、账号），"
        "请填写变更日期，保存后会根据变更日期判断是否需要自动触发变更登记！"
    ) in text(client.get(URL))


def test_the_button_is_called_differently_on_a_pc_and_on_a_phone(client, resident):
    page = tree(client.get(URL))
    button = find(page, lambda tag, attrs: attrs.get("href") == ADD)
    words = find_all(button, lambda tag, attrs: tag == "span")
    assert [(node["attrs"]["class"], text(node)) for node in words] == [("on-pc", "添加"), ("on-phone", "新增记录")]


def test_without_an_account_it_says_what_to_do(client, resident):
    words = text(by_id(tree(client.get(URL)), "accounts"))
    assert "还没有报告过账户" in words
    assert "删除" not in words
    assert rows(client) == []


def test_a_saved_account_shows_what_the_manual_shows(client, resident):
    drafted(resident, takes_refund=True, remark="农行卡")
    (row,) = rows(client)
    assert row["操作类型"] == "新增 待提交"
    empty = {"选择", "银行开户登记证号", "变更日期", "注销日期"}  # of a new account of a resident
    assert [row[name] for name in COLUMNS[2:] if name not in empty] == [
        "一般存款账户", "2026-01-05", "湖北省(鄂州市华容区)", "中国农业银行", "中国农业银行股份有限公司鄂州鄂城支行",
        resident.person.name, "**** 0018", "人民币元", "否", "是", "否", "2026-01-05", "农行卡",
    ]  # fmt: skip
    assert not empty & row.keys()


def test_only_the_last_four_digits_are_ever_shown(client, resident):
    account = reported(resident, OTHER_ACCOUNT)
    draft = drafted(resident)
    urls = (URL, ADD, edit_url(draft), change_url(account), close_url(account))
    for page in [client.get(url) for url in urls] + [client.post(URL, {"handler": ""}), client.get("/")]:
        assert page.status_code in (200, 422)
        for number in (ACCOUNT, OTHER_ACCOUNT, resident.person.id_number.reveal("in a test")):
            assert number not in page.content.decode().replace(" ", "")


def test_a_village_sees_its_own_name_and_tax_number(client, clerk):
    words = text(client.get(URL))
    assert "纳税人存款账户账号报告-银行账户信息" in words
    assert clerk.organisation.name in words
    assert clerk.organisation.tax_number in words
    assert "本单位的银行账户" in words


def test_what_is_saved_can_be_modified_and_what_is_submitted_changed_or_closed(client, resident):
    account = reported(resident, OTHER_ACCOUNT)
    draft = drafted(resident)
    of_draft, of_account = rows(client)
    assert (of_draft["操作类型"], of_account["操作类型"]) == ("新增 待提交", "新增 已提交，退费可用")
    links = {node["attrs"].get("href") for node in find_all(tree(client.get(URL)), lambda tag, attrs: tag == "a")}
    assert {edit_url(draft), change_url(account), close_url(account)} <= links


def test_each_row_and_each_link_can_be_told_apart_by_ear(client, resident, clerk):
    drafted(clerk)
    (row,) = rows(client)  # who signed in last is the clerk
    assert row["选择"] == "选择 中国农业银行 **** 0018"
    assert row["操作"] == "修改 中国农业银行 **** 0018"
    client.force_login(resident)
    reported(resident)
    drafted(resident, OTHER_ACCOUNT)
    assert [row["操作"] for row in rows(client)] == [
        "修改 中国农业银行 **** 0088 删除 中国农业银行 **** 0088",
        "变更 中国农业银行 **** 0018 注销 中国农业银行 **** 0018",
    ]


def test_markup_that_somebody_typed_stays_text(client, resident):
    nasty = "<script>alert(1)</script>"
    drafted(resident, branch=nasty, remark=nasty, certificate_number=nasty)
    client.post(URL, {"handler": nasty, "reported_on": "2026-02-01", "address": nasty})
    for url in (URL, CHECK):
        response = client.get(url)
        assert text(response).count("alert(1)") >= 3
        assert nasty not in response.content.decode()


@pytest.mark.parametrize("accounts", [0, 1, 7])
def test_it_asks_the_database_as_often_for_seven_accounts_as_for_one(
    client, resident, accounts, django_assert_num_queries
):
    for n in range(accounts):
        reported(resident, f"9559900000000{n:04d}")
        drafted(resident, f"9559900000001{n:04d}")
        submit(resident)
        drafted(resident, f"9559900000002{n:04d}")
    with django_assert_num_queries(7 if accounts else 6):
        client.get(URL)

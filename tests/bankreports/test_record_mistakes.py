"""添加 (M1-07, M1-09): every kind of wrong answer gets a sentence at its field, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bankreports.models import DepositAccountReport
from tests.bankreports.factories import typed
from tests.bankreports.reading import ADD, boxes, error_at, summary
from tests.pages import by_id, find_all, text, tree

pytestmark = pytest.mark.django_db

MISTAKES = [
    ("account_kind", "", "请选择账户性质"),
    ("account_kind", "9999", "请从列表中选择账户性质"),
    ("account_kind", "1" * 10_000, "请从列表中选择账户性质"),
    ("certificate_number", "J" * 31, "银行开户登记证号不能超过 30 个字"),
    ("certificate_number", "㍿" * 20, "银行开户登记证号不能超过 30 个字"),
    ("certificate_number", "J\0", "银行开户登记证号里有不能识别的字符"),
    ("division", "", "请选择行政区划"),
    ("division", "420000", "请从列表中选择行政区划"),
    ("division", "421071", "请从列表中选择行政区划"),
    ("division", "429000", "请从列表中选择行政区划"),
    ("division", "110000", "请从列表中选择行政区划"),
    ("division", "\0", "请从列表中选择行政区划"),
    ("division", "4" * 10_000, "请从列表中选择行政区划"),
    ("bank_class", "", "请选择银行行别"),
    ("bank_class", "999", "请从列表中选择银行行别"),
    ("bank_class", "农业银行", "请从列表中选择银行行别"),
    ("branch", "", "请填写开户银行"),
    ("branch", "　 ", "请填写开户银行"),
    ("branch", "农行", "开户银行请写全称"),
    ("branch", "1234", "开户银行请写全称"),
    ("branch", "6228480402564890018", "开户银行请写全称"),
    ("branch", "----", "开户银行请写全称"),
    ("branch", "支" * 101, "开户银行不能超过 100 个字"),
    ("branch", "㍿" * 100, "开户银行不能超过 100 个字"),
    ("branch", "支" * 10_000, "开户银行不能超过 100 个字"),
    ("branch", "鄂城支行\0", "开户银行里有不能识别的字符"),
    ("account_name", "", "请填写账户名称"),
    ("account_name", "王五", "账户名称必须与退费人名称"),
    ("account_name", "刘" * 81, "账户名称不能超过 80 个字"),
    ("account_name", "刘\0", "账户名称里有不能识别的字符"),
    ("account_number", "", "账号，可在银行卡正面或存折首页找到"),
    ("account_number", "1234567", "银行账号为 8 到 30 位数字"),
    ("account_number", "9" * 31, "银行账号为 8 到 30 位数字"),
    ("account_number", "9" * 10_000, "银行账号为 8 到 30 位数字"),
    ("account_number", "62284804O2564890018", "银行账号为 8 到 30 位数字"),
    ("account_number", "一二三四五六七八", "银行账号为 8 到 30 位数字"),
    ("account_number", "٦٢٢٨٤٨٠٤٠٢", "银行账号为 8 到 30 位数字"),
    ("account_number", "62284804\0", "账号里有不能识别的字符"),
    ("currency", "", "请选择币种"),
    ("currency", "840", "社保费只能退到人民币账户"),
    ("currency", "978", "社保费只能退到人民币账户"),
    ("currency", "CNY", "请从列表中选择币种"),
    ("pays_tax", "", "请选择首选缴税账户标识"),
    ("pays_tax", "是", "请从列表中选择首选缴税账户标识"),
    ("takes_refund", "2", "请从列表中选择一般退税账户标识"),
    ("takes_export_refund", "\0", "请从列表中选择出口退税账户标识"),
    ("issued_on", "", "请填写发放日期"),
    ("issued_on", "2026-02-30", "发放日期请按 2026-01-31 的样子填写"),
    ("issued_on", "1/31/2026", "发放日期请按 2026-01-31 的样子填写"),
    ("issued_on", "2026111", "发放日期请按 2026-01-31 的样子填写"),
    ("issued_on", "1949-09-30", "发放日期应在 1949"),
    ("issued_on", "0001-01-01", "发放日期应在 1949"),
    ("opened_on", "", "请填写开户日期"),
    ("opened_on", "去年", "开户日期请按 2026-01-31 的样子填写"),
    ("opened_on", "20260231", "开户日期请按 2026-01-31 的样子填写"),
    ("opened_on", "2" * 10_000, "开户日期请按 2026-01-31 的样子填写"),
    ("opened_on", "9999-12-31", "开户日期应在 1949"),
    ("remark", "备" * 201, "备注不能超过 200 个字"),
    ("remark", "备" * 10_000, "备注不能超过 200 个字"),
    ("remark", "备\0注", "备注里有不能识别的字符"),
    ("remark", "卡号6228480402564890018", "备注里不要写"),
]


@pytest.mark.parametrize(("field", "wrong", "sentence"), MISTAKES, ids=[f"{m[0]}-{m[1][:12]!r}" for m in MISTAKES])
def test_each_mistake_has_a_sentence_and_nothing_typed_is_lost(client, resident, field, wrong, sentence):
    data = typed(resident, **{field: wrong})
    response = client.post(ADD, data)
    assert response.status_code == 422
    assert sentence in summary(response)
    assert sentence in error_at(response, field)
    assert text(find_all(tree(response), lambda tag, attrs: tag == "title")[0]).startswith("错误：")
    kept = boxes(response)
    assert {name: kept[name] for name in data if name != field} == {n: v for n, v in data.items() if n != field}
    assert not DepositAccountReport.objects.exists()


@pytest.mark.parametrize("field", ["certificate_number", "branch", "account_name", "account_number", "remark"])
def test_what_was_typed_wrongly_stays_to_be_corrected(client, resident, field):
    wrong = "刘" * 250
    assert boxes(client.post(ADD, typed(resident, **{field: wrong})))[field] == wrong


def test_an_empty_form_names_everything_that_is_missing(client, resident):
    words = summary(client.post(ADD, {"account_number": ""}))
    labels = (
        "账户性质", "发放日期", "行政区划", "银行行别", "开户银行", "账户名称", "账号", "币种",
        "首选缴税账户标识", "一般退税账户标识", "出口退税账户标识", "开户日期",
    )  # fmt: skip
    assert [label for label in labels if label not in words] == []
    assert "银行开户登记证号" not in words
    assert "备注" not in words


def test_every_sentence_leads_into_its_field(client, resident):
    page = tree(client.post(ADD, {"account_number": ""}))
    box = find_all(page, lambda tag, attrs: "data-error-summary" in attrs)[0]
    targets = [node["attrs"]["href"] for node in find_all(box, lambda tag, attrs: tag == "a")]
    assert len(targets) == 12
    assert all(by_id(page, target[1:]) for target in targets)


@pytest.mark.parametrize("field", ["issued_on", "opened_on"])
def test_no_day_is_in_the_future_and_today_is_not_the_future(client, resident, field):
    today = timezone.localdate()
    tomorrow = client.post(ADD, typed(resident, **{field: (today + timedelta(days=1)).isoformat()}))
    assert "到今天之间" in error_at(tomorrow, field)
    assert client.post(ADD, typed(resident, **{field: today.isoformat()})).status_code == 302


def test_the_sentence_about_a_foreign_name_says_whose_account_it_must_be(client, resident, cast):
    response = client.post(ADD, typed(resident, account_name=cast.stranger.person.name))
    words = error_at(response, "account_name")
    assert f"“{resident.person.name}”" in words
    assert "不是退费人自己的账户" in words


@pytest.mark.parametrize(
    ("bank", "branch"),
    [
        ("102", "中国农业银行股份有限公司鄂州鄂城支行"),
        ("104", "中国建设银行鄂州分行"),
        ("402", "邮储银行汉川支行"),
        ("103", "中国农业发展银行鄂州分行"),
        ("314", "中国工商银行　汉川支行"),
        ("001", "招商银行武汉分行"),
    ],
)
def test_a_branch_that_names_another_bank_is_pointed_out(client, resident, bank, branch):
    response = client.post(ADD, typed(resident, bank_class=bank, branch=branch))
    assert response.status_code == 422
    assert "请核对后改成同一家银行" in error_at(response, "branch")


@pytest.mark.parametrize(("field", "wrong"), [("division", ["420704", "x"]), ("currency", ["156", "840"])])
def test_the_last_of_several_answers_counts_and_is_judged(client, resident, field, wrong):
    assert error_at(client.post(ADD, typed(resident, **{field: wrong})), field)


@pytest.mark.parametrize("field", ["account_kind", "bank_class"])
def test_a_forged_list_answer_with_a_nul_is_refused_and_no_crash(client, resident, field):
    response = client.post(ADD, typed(resident, **{field: "103\0"}))
    assert response.status_code == 422
    assert error_at(response, field)


def test_what_is_wrong_in_the_dialog_is_said_in_the_dialog(client, resident):
    htmx = {"hx-request": "true", "hx-target": "dialog"}
    response = client.post(ADD, typed(resident, branch=""), headers=htmx)
    assert response.status_code == 422
    assert b"<html" not in response.content
    assert "请填写开户银行" in summary(response)
    saved = client.post(ADD, typed(resident), headers=htmx)
    assert saved["HX-Redirect"] == "/bankreports/"

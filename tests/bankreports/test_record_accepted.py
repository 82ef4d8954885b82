"""添加 (M1-07, M1-10): what people type in their own way is understood, and kept as it is meant."""

from datetime import date

import pytest

from bankreports.codes import Operation
from bankreports.models import DepositAccountRecord, Division
from tests.accounts.factories import OrganisationFactory, PersonFactory, UserFactory
from tests.bankreports.factories import ACCOUNT, in_draft, typed
from tests.bankreports.reading import ADD, boxes
from tests.pages import by_id, find_all, text, tree

pytestmark = pytest.mark.django_db


def saved(client, user, **changes) -> DepositAccountRecord:
    """What is in the draft after the user filled in the page so."""
    response = client.post(ADD, typed(user, **changes), follow=True)
    assert response.redirect_chain == [("/bankreports/", 302)], text(response)
    return in_draft(user)[-1]


def test_an_account_is_kept_with_everything_that_was_typed(client, resident):
    response = client.post(ADD, typed(resident, takes_refund="1", remark="农行卡"), follow=True)
    assert "新增的账户已保存到本次报告，还没有提交" in text(response)
    record = in_draft(resident)[0]
    assert record.account_number.reveal("in a test") == ACCOUNT
    assert (record.operation, record.person, record.organisation) == (Operation.ADD, resident.person, None)
    assert (record.account_kind_id, record.division_id, record.bank_class_id) == ("1120", "420704", "103")
    assert (record.pays_tax, record.takes_refund, record.takes_export_refund) == (False, True, False)
    assert (record.issued_on, record.opened_on) == (date(2026, 1, 5), date(2026, 1, 5))
    assert (record.changed_on, record.closed_on, record.in_force) == (None, None, False)
    assert (record.currency, record.remark, record.certificate_number) == ("156", "农行卡", "")


@pytest.mark.parametrize(
    "number",
    [
        "6228 4804 0256 4890 018",
        "６２２８４８０４０２５６４８９００１８",
        "6228-4804-0256-4890-018",
        "６２２８　４８０４—０２５６–４８９０−０１８",
        "\t6228480402564890018 \n",
        "6228\u200b480402564890018",
    ],
)
def test_spaces_dashes_and_full_width_digits_are_understood(client, resident, number):
    assert saved(client, resident, account_number=number).account_number.reveal("in a test") == ACCOUNT


@pytest.mark.parametrize("number", ["12345678", "98" * 15, "010401040012345", "00000001"])
def test_a_passbook_number_of_any_length_is_taken(client, resident, number):
    assert saved(client, resident, account_number=number).account_number.reveal("in a test") == number


@pytest.mark.parametrize(
    "day",
    ["2024-01-31", "2024/1/31", "20240131", "2024.1.31", "２０２４－０１－３１", "２０２４／１／３１", " 2024-1-31 "],
)
def test_a_day_is_understood_however_it_is_written(client, resident, day):
    record = saved(client, resident, issued_on=day, opened_on=day)
    assert (record.issued_on, record.opened_on) == (date(2024, 1, 31), date(2024, 1, 31))


def test_an_account_as_old_as_the_republic_is_taken(client, resident):
    assert saved(client, resident, opened_on="1949-10-01").opened_on == date(1949, 10, 1)


@pytest.mark.parametrize(
    ("registered", "on_the_card"),
    [
        ("刘秀兰", " 刘秀兰　"),
        ("刘秀兰", "刘 秀　兰"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽·买买提", "阿依古丽．买买提"),
        ("阿依古丽·买买提", "阿依古丽.买买提"),
        ("阿依古丽·买买提", "阿依古丽・买买提"),
        ("阿依古丽·买买提", "阿依古丽 · 买买提"),
        ("阿依古丽•买买提", "阿依古丽‧买买提"),
        ("JOHN SMITH", "ＪＯＨＮ　ＳＭＩＴＨ"),
        ("𬱟䶮㛃", "𬱟䶮㛃"),
    ],
)
def test_a_name_is_the_same_name_however_the_bank_prints_it(client, registered, on_the_card):
    user = UserFactory(person=PersonFactory(name=registered))
    client.force_login(user)
    saved(client, user, account_name=on_the_card)


@pytest.mark.parametrize(
    ("registered", "on_the_licence"),
    [
        ("汉川市黄潭村股份经济合作社（黄潭）", "汉川市黄潭村股份经济合作社(黄潭)"),
        ("第3村民小组", "第３村民小组"),
    ],
)
def test_a_units_name_may_have_either_kind_of_brackets_and_digits(client, registered, on_the_licence):
    user = UserFactory(clerk=True, organisation=OrganisationFactory(name=registered))
    client.force_login(user)
    saved(client, user, account_name=on_the_licence)


@pytest.mark.parametrize(
    ("registered", "other"),
    [
        ("刘秀兰", "刘秀英"),
        ("刘秀兰", "刘秀兰兰"),
        ("刘秀兰", "·刘秀兰"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("王䶮", "王龑"),
        ("刘秀兰", "刘秀蘭"),
    ],
)
def test_a_name_that_only_looks_alike_is_another_persons(client, registered, other):
    user = UserFactory(person=PersonFactory(name=registered))
    client.force_login(user)
    assert client.post(ADD, typed(user, account_name=other)).status_code == 422


@pytest.mark.parametrize(
    ("bank", "branch"),
    [
        ("103", "中国农业银行股份有限公司鄂州鄂城支行"),
        ("103", "汉川市农业银行新河支行"),
        ("403", "邮政储蓄银行汉川市支行"),
        ("314", "湖北汉川农村商业银行股份有限公司"),
        ("313", "湖北银行股份有限公司孝感分行"),
        ("320", "汉川农银村镇银行有限责任公司"),
        ("320", "嘉鱼吴江村镇银行"),
        ("102", "中国工商银行武汉招商银行大厦支行"),
        ("105", "中国建设银行（鄂州）支行"),
    ],
)
def test_a_branch_that_does_not_contradict_its_bank_is_taken(client, resident, bank, branch):
    assert saved(client, resident, bank_class=bank, branch=branch).bank_class_id == bank


def test_a_branch_is_kept_in_half_width(client, resident):
    branch = saved(client, resident, branch="　中国农业银行（鄂州）第１支行　").branch
    assert branch == "中国农业银行(鄂州)第1支行"


def test_every_division_of_the_province_can_be_chosen_and_the_province_cannot(client, resident):
    page = by_id(tree(client.get(ADD)), "id_division")
    offered = [node["attrs"]["value"] for node in find_all(page, lambda tag, attrs: tag == "option")]
    codes = set(Division.objects.exclude(pk="420000").values_list("pk", flat=True))
    assert len(codes) == 13 + 103
    assert offered[0] == ""
    assert sorted(offered[1:]) == sorted(codes)


@pytest.mark.parametrize("code", ["420700", "429004", "422801"])
def test_a_city_a_county_and_a_place_under_the_province_are_all_taken(client, resident, code):
    assert saved(client, resident, division=code).division_id == code


def test_the_form_comes_filled_in_again_without_the_number(client, resident):
    record = saved(client, resident, remark="农行卡", takes_refund="1")
    asked = boxes(client.get(f"/bankreports/records/{record.pk}/"))
    expected = typed(resident, account_number="", remark="农行卡", takes_refund="1")
    assert {name: asked[name] for name in expected} == expected


def test_nothing_that_is_not_asked_can_be_typed(client, resident, cast):
    extra = {
        "in_force": "on", "operation": "close", "person": cast.stranger.person_id, "account": "0" * 32,
        "changed_on": "2026-02-01", "closed_on": "2026-02-01", "report": "1",
    }  # fmt: skip
    record = saved(client, resident, **extra)
    assert (record.in_force, record.operation, record.person) == (False, Operation.ADD, resident.person)
    assert (record.changed_on, record.closed_on) == (None, None)


def test_the_questions_of_the_manual_stand_in_its_order(client, resident):
    labels = [text(node) for node in find_all(tree(client.get(ADD)), lambda tag, attrs: tag == "label")]
    order = [
        "账户性质", "发放日期", "行政区划", "银行行别", "开户银行", "账户名称", "账号", "币种",
        "首选缴税账户标识", "一般退税账户标识", "出口退税账户标识", "开户日期",
    ]  # fmt: skip
    assert [label for label in labels if label in order] == order
    assert labels[-1] == "备注 （选填）"


def test_the_kinds_are_offered_in_the_order_of_the_manual(client, resident):
    page = by_id(tree(client.get(ADD)), "id_account_kind")
    assert [text(node) for node in find_all(page, lambda tag, attrs: tag == "option")][1:] == [
        "基本存款账户", "一般存款账户", "预算单位专用存款账户", "QFII专用存款账户",
        "临时存款账户", "个人银行结算账户", "个人储蓄账户", "其他",
    ]  # fmt: skip


@pytest.mark.parametrize("url", [ADD])
def test_the_dialog_and_the_page_are_the_same_form(client, resident, url):
    fragment = client.get(url, headers={"hx-request": "true", "hx-target": "dialog"})
    assert b"<html" not in fragment.content
    assert text(fragment) in text(client.get(url))

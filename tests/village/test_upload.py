"""退费区 by file and by paste: good lines at once, bad ones with their reason, corrected and sent again."""

import re

import pytest
from django.db import connection

from accounts.identity import IdType
from pension.village import drafts
from pension.village.lists.models import VillageUpload
from refunds import actions
from tests.accounts.factories import PersonFactory, UserFactory
from tests.pages import text
from tests.pension.factories import PaymentFactory, submitted
from tests.village.batches import submit_batch
from tests.village.conftest import make_village
from tests.village.lists import (
    HEADER,
    bad_file,
    csv,
    members,
    nobody,
    number_of,
    paste,
    read,
    send,
    url,
    xlsx,
)

pytestmark = pytest.mark.django_db


def chosen(village) -> int:
    return drafts.chosen(drafts.of_payment(village)).people


def full_width(number: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in number)


def test_a_workbook_fills_the_draft(client, village):
    words = text(send(client, village, xlsx(members(village))))
    assert "5 可提交，0 需修改" in words
    assert "5 人已加入退费区" in words
    assert chosen(village) == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_excel_writes(client, village, encoding):
    assert "5 可提交，0 需修改" in text(send(client, village, csv(members(village), encoding=encoding), "名单.csv"))


@pytest.mark.parametrize("form", ["{1}", "{0}\t{1}", "{1}\t{0}", "{0} {1}", "{0},{1}", "1\t{0}\t{1}\t13900000000"])
def test_a_paste_is_understood_in_either_order(client, village, form):
    rows = "\n".join(form.format(*row) for row in members(village))
    assert "5 可提交，0 需修改" in text(paste(client, village, rows))


def test_a_paste_may_bring_its_header(client, village):
    rows = "\r\n".join("\t".join(row) for row in [["序号", *HEADER], *(["1", *row] for row in members(village))])
    assert "5 可提交，0 需修改" in text(paste(client, village, rows))


@pytest.mark.parametrize("title", ["证件号码", "身份证号", "身份证号码", " 证件号码（必填） ", "*身份证号"])
def test_the_number_column_has_several_names_and_any_place(client, village, title):
    rows = [["x", number, name] for name, number in members(village)]
    data = xlsx([["", "", ""], *rows], header=["村组", title, "姓名"])
    assert "5 可提交，0 需修改" in text(send(client, village, data))


@pytest.mark.parametrize("write", [str.lower, full_width, lambda n: f"{n[:6]} {n[6:14]} {n[14:]}", lambda n: "'" + n])
def test_a_number_is_understood_as_people_write_it(client, village, write):
    person = PersonFactory(number="42098419400101000X")
    PaymentFactory(of_village=True, collective=village, person=person)
    assert "6 可提交，0 需修改" in text(send(client, village, xlsx([[n, write(i)] for n, i in members(village)])))


def test_other_documents_than_the_resident_card_are_found(client, village):
    person = PersonFactory(number="E12345678", id_type=IdType.FOREIGN_PASSPORT)
    PaymentFactory(of_village=True, collective=village, person=person)
    assert "1 可提交，0 需修改" in text(paste(client, village, "e1234 5678"))


def test_who_is_there_already_counts_and_is_not_doubled(client, village):
    drafts.add(village, by=village_clerk(village), payments=[village.payments.first().pk])
    words = text(send(client, village, xlsx(members(village))))
    assert "5 可提交，0 需修改" in words
    assert "新加入退费区 4 人，另有 1 人原来就在退费区" in words
    assert "5 人原来就在退费区，没有新加入的人员" in text(send(client, village, xlsx(members(village))))
    assert chosen(village) == 5


def village_clerk(village):
    return village.organisation.user_set.first()


def test_every_cause_has_its_own_sentence_and_the_most_frequent_comes_first(client, village, cast):
    rows = members(village)
    other = make_village(cast.clerk, people=1, payment_type="hardship", year=2023, month=3)
    foreign = PaymentFactory(of_village=True)
    (stranger_name, stranger), (name, number) = rows[0], rows[1]
    wrong_digit = number[:-1] + ("1" if number[-1] != "1" else "2")
    bad = [
        ["", nobody(1)],
        ["", number_of(foreign)],
        ["", nobody(2)],
        ["", number_of(other.payments.get())],
        ["别人的名字", stranger],
        [name, number],
        ["", number],
        ["", wrong_digit],
        ["", number[:16]],
        ["", "4.20984E+17"],
        ["", 420984194001010001],
        ["没有号码", ""],
        ["", "420984194013010009"],
        ["", "电话见右"],
    ]
    answer = send(client, village, xlsx(bad))
    words = text(answer)
    assert "1 可提交，13 需修改" in words
    for sentence in (
        "不在本次缴费名单里",
        "在本村（单位）的“2023 年 3 月特殊人群代缴”里",
        f"登记的姓名是“{stranger_name}”",
        "与第 7 行重复",
        "身份证号最后一位与前面的数字对不上",
        "身份证号应为 18 位，现在少 2 位",
        "证件号码变成了科学计数（如 4.20984E+17）",
        "请把该列设为“文本”后重新填写",
        "没有填写证件号码",
        "身份证号第 7 到 14 位不是一个真实的出生日期",
        "证件号码应为 5 到 30 位数字或字母",
    ):
        assert sentence in words
    assert words.index("不在本次缴费名单里") < words.index("与前面的行重复")
    assert "第 2 行" in words  # the row as Excel numbers it


def test_somebody_of_another_village_looks_like_nobody(client, village):
    theirs = PaymentFactory(of_village=True)
    known = text(paste(client, village, number_of(theirs)))
    unknown = text(paste(client, village, nobody(1)))
    assert known.replace(number_of(theirs)[-3:], "") == unknown.replace(nobody(1)[-3:], "")


def test_a_person_in_another_batch_is_shown_with_its_number(client, village, cast):
    refund = submit_batch(village, cast.clerk, people=2)
    words = text(answer := send(client, village, xlsx(members(village))))
    assert "3 可提交，2 需修改" in words
    assert refund.number in words
    assert f"/pension/village/progress/{refund.number}/" in answer.content.decode()
    assert any(refund.number in row[2] for row in read(bad_file(client, answer)))


def test_of_a_resident_s_own_application_only_that_it_is_there(client, village, cast):
    payment = PaymentFactory(of_village=True, collective=village, person=cast.resident.person, office=cast.county)
    refund = submitted(cast.resident, payment)
    words = text(answer := paste(client, village, number_of(payment)))
    assert "0 可提交，1 需修改" in words
    assert "正在其他退费申请中" in words
    assert refund.number not in words + str(read(bad_file(client, answer)))
    actions.withdraw(refund.number, by=cast.resident)
    assert "1 可提交，0 需修改" in text(paste(client, village, number_of(payment)))


def test_bad_lines_are_corrected_and_sent_again(client, village):
    rows = members(village)
    sent = [[rows[0][0], rows[0][1]], ["", ""], ["写错", rows[1][1]], [rows[2][0], rows[2][1][:-2]], *rows[3:]]
    answer = send(client, village, xlsx(sent))
    assert "3 可提交，2 需修改" in text(answer)
    download = read(bad_file(client, answer))
    assert download[0] == ["姓名", "证件号码", "原因", "原行号"]
    assert [(row[0], row[3]) for row in download[1:]] == [("写错", 4), (rows[2][0], 5)]
    download[1][0], download[2][1] = rows[1][0], rows[2][1]
    again = text(send(client, village, xlsx(download[1:], header=download[0])))
    assert "2 可提交，0 需修改" in again
    assert chosen(village) == 5


def test_the_bad_lines_sent_again_as_they_are_say_the_same_again(client, village):
    first = send(client, village, xlsx([["", nobody(1)], ["", 420984194001010001], ["张三", "4.20984E+17"]]))
    again = send(client, village, bad_file(client, first).content)
    assert "0 可提交，3 需修改" in text(first)
    assert "0 可提交，3 需修改" in text(again)


def test_the_report_can_be_reloaded_and_the_newest_one_is_kept(client, village):
    old = send(client, village, xlsx([["", nobody(1)]])).request["PATH_INFO"]
    assert "1 需修改" in text(client.get(old))
    new = send(client, village, xlsx([["", nobody(2)]])).request["PATH_INFO"]
    assert VillageUpload.objects.count() == 1
    for address in (old, old + "bad.xlsx"):
        assert "只保留这笔缴费最近一次上传的结果" in text(client.get(address, follow=True))
    assert "1 需修改" in text(client.get(new))


def test_another_clerk_of_the_village_sees_it_and_one_of_another_village_does_not(client, village, fellow_clerk):
    address = send(client, village, xlsx([["", nobody(1)]])).request["PATH_INFO"]
    pages = [url(village), url(village, "template.xlsx"), address, address + "bad.xlsx"]
    client.force_login(fellow_clerk)
    assert [client.get(page).status_code for page in pages] == [200] * 4
    client.force_login(UserFactory(clerk=True))
    assert [client.get(page).status_code for page in pages] == [404] * 4
    assert paste(client, village, nobody(1)).status_code == 404


def test_no_page_address_or_row_holds_a_full_number(client, village):
    rows = members(village)
    numbers = [nobody(1), rows[0][1], rows[1][1][:-1]]
    answer = send(client, village, xlsx([["", numbers[0]], ["不对", numbers[1]], ["", numbers[2]]]))
    assert "3 需修改" in text(answer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT u::text FROM pension_villageupload u")
        stored = cursor.fetchone()[0]
    for number in numbers:
        assert number not in answer.content.decode() + answer.request["PATH_INFO"] + stored
        assert number.encode().hex() not in stored
    assert re.search(r"420\*+" + numbers[0][-3:], text(answer))
    assert {row[1] for row in read(bad_file(client, answer))[1:]} == set(numbers)

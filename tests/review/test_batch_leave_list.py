"""People of a batch are left out by an uploaded list: first what it comes to, then one press (O-06)."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Person
from pension.models import PensionRefundLine
from refunds import actions
from review.models import LookUp
from tests.accounts.factories import PersonFactory
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import PaymentFactory
from tests.review.batch import leave, lines_of, url
from tests.village.batches import submit_batch
from tests.village.conftest import make_village
from tests.village.lists import csv, members, nobody, number_of, xlsx

pytestmark = pytest.mark.django_db


def send(client, refund, data: bytes = b"", paste="", name="名单.xlsx"):
    sent = {"file": SimpleUploadedFile(name, data)} if data else {"paste": paste}
    return client.post(url(refund, "people/list/"), sent)


def press(client, refund, checked, code="other", remark="按社保名单", **more):
    (signed,) = find_all(tree(checked), lambda _tag, attrs: attrs.get("name") == "answer")
    data = {"answer": signed["attrs"]["value"], "reason": code, "remark": remark}
    return client.post(url(refund, "people/list/leave-out/"), data, **more)


def left_out(refund):
    return list(refund.lines.filter(left_out__isnull=False).order_by("pk").values_list("pk", flat=True))


def figures(response):
    return text(find_all(tree(response), lambda tag, _attrs: tag == "dl")[0])


def rows(response, code):
    found = find_all(by_id(tree(response), code), lambda tag, _attrs: tag == "tr")
    return [text(row) for row in found[1:]]


@pytest.mark.parametrize("as_file", [xlsx, csv])
def test_those_found_are_left_out_by_one_press_and_not_before(client, officer, batch, village, as_file):
    checked = send(client, batch, as_file(members(village)[1:3]))
    assert "本批找到 2 行 不在本批 0 行" in figures(checked)
    assert left_out(batch) == []
    done = press(client, batch, checked, follow=True)
    assert "已按名单排除 2 人" in text(done)
    assert left_out(batch) == [line.pk for line in lines_of(batch)[1:3]]
    assert {line.left_out_remark for line in lines_of(batch)[1:3]} == {"按社保名单"}


def test_names_alone_will_do_in_a_file_and_in_a_paste(client, officer, batch):
    names = ["张一", "买买提·阿不都热合曼·吐尔逊"]
    for line, name in zip(lines_of(batch), names, strict=False):
        Person.objects.filter(pk=line.payment.person_id).update(name=name)
    assert "本批找到 2 行" in figures(send(client, batch, xlsx([[name] for name in names], header=["姓名"])))
    assert "本批找到 2 行" in figures(send(client, batch, xlsx([[name] for name in names], header=None)))
    assert "本批找到 2 行" in figures(send(client, batch, paste="\n".join(names)))


def test_every_row_is_found_or_named_with_its_number_and_why(client, officer, batch, village):
    lines = lines_of(batch)
    leave(client, batch, lines[4:5])
    person = lines[0].payment.person
    sent = [
        *members(village)[:1],
        ["没有此人", ""],
        ["", nobody(1)],
        ["别人", number_of(lines[1].payment)],
        ["", 420984194001010001],
        *members(village)[4:5],
        [person.name, ""],
    ]
    checked = send(client, batch, xlsx(sent))
    assert "本批找到 1 行 不在本批 2 行 不能确定是谁 2 行 此前已排除 1 行 重复的行 1 行" in figures(checked)
    strangers = rows(checked, "strangers")
    assert [row.split()[0] for row in strangers] == ["3", "4"]
    assert all("不在本批退费里" in row for row in strangers)
    assert [row.split()[0] for row in rows(checked, "unsure")] == ["5", "6"]
    assert "与填写的姓名不一致" in rows(checked, "unsure")[0]
    assert "最后几位已丢失" in rows(checked, "unsure")[1]
    assert rows(checked, "left_out")[0].startswith("7 ")
    assert "与第 2 行是同一人" in rows(checked, "repeated")[0]
    press(client, batch, checked)
    assert left_out(batch) == [lines[0].pk, lines[4].pk]
    assert [line.left_out_id for line in (lines_of(batch)[0], lines_of(batch)[4])] == ["other", "benefit_started"]


def test_rows_that_are_not_plainly_the_list_are_named(client, officer, batch, village):
    checked = send(client, batch, xlsx([*members(village)[:2], ["合计", "2"]], header=["姓名", "证件号码"]))
    assert "共读到 3 行" in text(checked)
    assert "本批找到 2 行" in figures(checked)
    assert "没有当作名单 1 行" in figures(checked)
    assert "合计、签名、小标题等不是人员的行" in rows(checked, "aside")[0]


def test_a_name_that_two_have_needs_a_number(client, officer, cast, village):
    twins = PersonFactory.create_batch(2, name="张同名")
    for twin in twins:
        PaymentFactory(of_village=True, collective=village, office=cast.county, person=twin)
    refund = submit_batch(village, cast.clerk)
    checked = send(client, refund, paste="张同名")
    assert "本批有 2 人同名，请补填证件号码" in rows(checked, "unsure")[0]
    number = twins[0].id_number.reveal("in a test")
    assert "本批找到 1 行" in figures(send(client, refund, paste=f"张同名 {number}"))


def test_no_full_number_stands_on_the_check_page_nor_in_an_address(client, officer, batch, village):
    name, number = members(village)[0]
    swapped = nobody(3)
    checked = send(client, batch, xlsx([[name, number], [swapped, nobody(2)], ["别人", number]]))
    signed = find_all(tree(checked), lambda _tag, attrs: attrs.get("name") == "answer")[0]["attrs"]["value"]
    assert not re.search(r"[0-9]{17}[0-9X]", checked.content.decode().replace(signed, ""))
    assert number not in signed
    assert press(client, batch, checked).url == url(batch) + "#people"


def test_of_many_rows_the_first_are_shown_and_the_others_named_by_their_numbers(client, officer, batch):
    checked = send(client, batch, xlsx([["", nobody(n)] for n in range(60)]))
    assert len(rows(checked, "strangers")) == 50
    assert "同样情况的还有：第 52—61 行" in text(by_id(tree(checked), "strangers"))


def test_everybody_is_never_left_out_by_a_list(client, officer, batch, village):
    checked = send(client, batch, xlsx(members(village)))
    assert "不能全部排除" in text(checked)
    assert not find_all(tree(checked), lambda _tag, attrs: attrs.get("name") == "answer")
    checked = send(client, batch, xlsx(members(village)[:4]))
    leave(client, batch, lines_of(batch)[4:])
    refused = press(client, batch, checked)
    assert refused.status_code == 422
    assert "请改用【不通过】" in text(refused)
    assert left_out(batch) == [lines_of(batch)[4].pk]


def test_without_a_reason_the_checked_list_and_the_words_stay(client, officer, batch, village):
    refused = press(client, batch, send(client, batch, xlsx(members(village)[:2])), code="")
    assert "请选择排除的原因" in text(refused)
    assert "本批找到 2 行" in figures(refused)
    assert 'value="按社保名单"' in refused.content.decode()
    press(client, batch, refused)
    assert len(left_out(batch)) == 2


def test_whom_a_colleague_left_out_meanwhile_keeps_that_reason(client, officer, batch, village, cast):
    checked = send(client, batch, xlsx(members(village)[:2]))
    leave(client, batch, lines_of(batch)[:1], code="benefit_started")
    assert "另有 1 人在您核对之后已由同事排除" in text(press(client, batch, checked, follow=True))
    assert lines_of(batch)[0].left_out_id == "benefit_started"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "请选择文件，或在下面粘贴证件号码或姓名"),
        (xlsx([["张三", "1", "2"]], header=["村", "户", "组"]), "没有找到证件号码列或姓名列"),
        (b"<html>", "网页"),
    ],
)
def test_what_cannot_be_read_is_said(client, officer, batch, data, words):
    refused = send(client, batch, data)
    assert refused.status_code == 422
    assert words in text(refused)


def test_an_answer_of_another_case_or_a_changed_one_leaves_nobody_out(client, officer, batch, village, cast):
    other = submit_batch(make_village(cast.clerk, people=3, month=2), cast.clerk)
    checked = send(client, batch, xlsx(members(village)[:1]))
    assert "请重新上传名单" in text(press(client, other, checked, follow=True))
    data = {"answer": "x", "reason": "other", "remark": "x"}
    assert "请重新上传名单" in text(client.post(url(batch, "people/list/leave-out/"), data, follow=True))
    assert not PensionRefundLine.objects.filter(left_out__isnull=False).exists()


def test_lists_are_kept_as_searches_and_few_so_that_no_mask_is_won_back(client, officer, batch, village, settings):
    settings.LOOKUPS_BY_LIST_PER_HOUR = 1
    send(client, batch, xlsx([*members(village)[:1], ["", nobody(1)]]))
    refused = send(client, batch, xlsx(members(village)[:1]))
    assert "一小时内最多上传 1 份名单" in text(refused)
    assert list(LookUp.objects.values_list("by", "kind", "found")) == [(officer.pk, "member_list", 1)]


def test_of_a_decided_case_no_list_is_taken(client, officer, batch, village, cast):
    checked = send(client, batch, xlsx(members(village)[:1]))
    actions.approve(batch.number, by=cast.colleague)
    assert "您的操作没有生效" in text(press(client, batch, checked, follow=True))
    assert "不能按名单排除人员" in text(client.get(url(batch, "people/list/"), follow=True))
    assert left_out(batch) == []


@pytest.mark.parametrize("people", [3, 60])
def test_however_long_the_list_it_is_the_same_statements(client, officer, cast, people, django_assert_num_queries):
    village = make_village(cast.clerk, people=people)
    refund = submit_batch(village, cast.clerk)
    data = xlsx([*members(village)[1:], *([["", nobody(n)] for n in range(people)])])
    client.get(url(refund, "people/list/"))
    with django_assert_num_queries(16):
        checked = send(client, refund, data)
    with django_assert_num_queries(24):
        press(client, refund, checked)
    assert len(left_out(refund)) == people - 1

"""/review/items/: the list of what the handoff could not settle, and who may look at it."""

from datetime import timedelta

import pgtrigger
import pytest
from django.utils import timezone

from handoff.items import close_settled
from handoff.models import Callback, Effect, Inquiry, Proposal, WorkItem, WorkItemKind
from refunds import actions, schemes
from tests.accounts.factories import UserFactory
from tests.handoff.desk import order
from tests.pages import find_all, text, tree
from tests.pension.factories import submitted
from tests.reports import report
from tests.review.desk import address, at_the_agency, buttons, handed_off, item_of, look, press, send, signed_in

pytestmark = pytest.mark.django_db


def item(cast, **fields):
    values = {"kind": WorkItemKind.UNKNOWN_EVENT, "agency": "hrss", "office": cast.county, "detail": "测试"}
    return WorkItem.objects.create(**values | {"instruction_id": f"YL{WorkItem.objects.count()}-1"} | fields)


def aged(row, **ago):
    with pgtrigger.ignore("handoff.WorkItem:as_it_came"):
        WorkItem.objects.filter(pk=row.pk).update(opened_at=timezone.now() - timedelta(**ago))
    return row


@pytest.fixture
def disputed(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["refused", "paid"], steps="in_order")
    refund.refresh_from_db()
    return refund


def test_the_longest_wait_comes_first_in_words_and_tone(cast):
    ages = [({"days": 3}, "3 天", "over"), ({"hours": 27}, "1 天 3 小时", "near"), ({"hours": 5}, "5 小时", "plain")]
    rows = [aged(item(cast), **ago) for ago, _words, _tone in ages]
    page = signed_in(cast.reviewer).get("/review/items/")
    tags = find_all(tree(page), lambda _tag, attrs: attrs.get("class", "").startswith("limit "))
    assert [(text(tag), tag["attrs"]["class"]) for tag in tags] == [
        (words, f"limit limit--{tone}") for _ago, words, tone in ages
    ]
    places = [text(page).index(row.instruction_id) for row in rows]
    assert places == sorted(places)


def test_what_waits_for_a_second_officer_is_a_segment_of_its_own(cast):
    open_one = item(cast)
    proposed = item(cast, proposal=Proposal.STOP, proposed_by=cast.colleague, proposed_at=timezone.now())
    client = signed_in(cast.reviewer)
    pages = text(client.get("/review/items/")), text(client.get("/review/items/?segment=confirm"))
    assert all("待处理 1" in page and "等复核 1" in page for page in pages)
    assert [open_one.instruction_id in page for page in pages] == [True, False]
    assert [proposed.instruction_id in page for page in pages] == [False, True]


def test_empty_segments_say_so(cast):
    client = signed_in(cast.reviewer)
    assert "没有需要人工处理的移交异常" in text(client.get("/review/items/"))
    assert "没有等复核的处理意见" in text(client.get("/review/items/?segment=confirm"))


def test_the_list_costs_the_same_at_any_length(cast, django_assert_num_queries):
    client, queries = signed_in(cast.reviewer), 7 + len(schemes.every())
    for count in (1, 60):
        for _ in range(count):
            refund = submitted(UserFactory(), office=cast.county)
            item(cast, number=refund.number, instruction_id=refund.instruction_id)
        client.get("/review/items/")
        with django_assert_num_queries(queries):
            page = client.get("/review/items/")
    assert "每页 50 条 · 本页 50 条" in text(page)


def test_an_item_costs_the_same_however_much_was_said(cast, disputed, django_assert_num_queries):
    client, row = signed_in(cast.reviewer), item_of(disputed, WorkItemKind.CONTRADICTION)
    client.get(address(row))
    with django_assert_num_queries(13 + 3 * len(schemes.every())):
        client.get(address(row))
    report(disputed.number, events=["paid"] * 30)
    for _ in range(5):
        named = {"instruction_id": disputed.instruction_id, "agency": "hrss"}
        Inquiry.objects.create(**named, asked_by=cast.colleague, answer="没有应答")
    with django_assert_num_queries(13 + 3 * len(schemes.every())):
        client.get(address(row))


def test_an_office_sees_its_own_and_those_above_also_what_belongs_to_none(cast):
    own, nobodys = item(cast), item(cast, office=None)
    seen = {user: [look(user, row).status_code for row in (own, nobodys)] for user in (cast.reviewer, cast.outsider)}
    assert seen == {cast.reviewer: [200, 404], cast.outsider: [404, 404]}
    for user in (cast.countersigner, cast.auditor):
        assert [look(user, row).status_code for row in (own, nobodys)] == [200, 200]
    assert signed_in(cast.outsider).post(address(own, "elsewhere"), {"note": "x"}).status_code == 404


def test_an_auditor_reads_and_presses_nothing(cast, disputed):
    row = item_of(disputed, WorkItemKind.CONTRADICTION)
    page = look(cast.auditor, row)
    assert "往来的消息" in text(page)
    assert buttons(page) == set()
    assert signed_in(cast.auditor).post(address(row, "ask")).status_code == 403


def test_nobody_settles_what_is_about_her_own_money(cast, agency):
    own = submitted(UserFactory(person=cast.colleague.person), office=cast.county)
    actions.approve(own.number, by=cast.reviewer)
    report(own.number, events=["refused", "paid"], steps="in_order")
    row = item_of(own, WorkItemKind.CONTRADICTION)
    page = look(cast.colleague, row)
    assert "须由另一位税务人员处理" in text(page)
    assert buttons(page) == set()
    assert signed_in(cast.colleague).post(address(row, "ask")).status_code == 409


def test_the_item_shows_both_sides_and_every_message_also_repeated_ones(cast, agency):
    refund = handed_off(cast)
    at_the_agency(agency, refund, "accepted", "paid")
    report(refund.number, events=["refused", "refused"])
    report(refund.number, events=["paid"], steps={"paid": 3})
    row = item_of(refund, WorkItemKind.CONTRADICTION)
    report(refund.number, events=["paid"], steps={"paid": 4})
    before = text(look(cast.reviewer, row))
    assert "回传：银行已退付（还没有问过对方）" in before
    assert "不同" in before
    press(cast.reviewer, row, "ask")
    words = text(look(cast.reviewer, row))
    for part in (
        "对方先回传“核验退回”，又回传“银行已退付”", "社保系统核验未通过", "对方退回", "对方答复：银行已退付", "1,000.00 元", "不同",
        "HRSS-000001", "发出指令", *(label for _code, label in Effect.choices if _code in ("followed", "repeated", "contradicted", "kept")),
        cast.reviewer.display_name,
    ):  # fmt: skip
        assert part in words, part
    assert Callback.objects.count() == 4


def test_what_is_impossible_now_is_a_sentence_and_no_button(cast, agency):
    refund = handed_off(cast)
    row = item(cast, number=refund.number, instruction_id=refund.instruction_id)
    page = look(cast.reviewer, row)
    assert buttons(page) == {"ask", "stop", "elsewhere"}
    assert "不需要重新发送" in text(page)
    assert "对方可能已收到这笔移交，不能撤回" in text(page)
    assert "disabled" not in page.content.decode()


def test_a_contradiction_is_never_only_marked_as_done(cast, disputed):
    row = item_of(disputed, WorkItemKind.CONTRADICTION)
    assert "elsewhere" not in buttons(look(cast.reviewer, row))
    response = press(cast.reviewer, row, "elsewhere", note="已电话联系人社")
    assert response.status_code == 409
    assert "不能只标记为已处理" in text(response)
    assert "已电话联系人社" in text(response)
    row.refresh_from_db()
    assert row.closed_at is None


def test_what_nobody_waits_for_is_closed_with_a_reason_and_not_without(cast):
    row = item(cast)
    response = press(cast.reviewer, row, "elsewhere", note=" ")
    assert (response.status_code, "请写明是怎样处理的" in text(response)) == (422, True)
    assert "不能写证件号码" in text(press(cast.reviewer, row, "elsewhere", note="张三 110101199001010007"))
    press(cast.reviewer, row, "elsewhere", note="已电话联系人社")
    row.refresh_from_db()
    assert (row.note, row.closed_by) == ("已电话联系人社", cast.reviewer)
    assert "已电话联系人社" in text(look(cast.reviewer, row))


def test_who_comes_second_is_told_and_keeps_her_words(cast):
    row = item(cast)
    press(cast.colleague, row, "elsewhere", note="同事的说明")
    response = press(cast.reviewer, row, "elsewhere", note="我的说明")
    assert response.status_code == 409
    assert "已由他人处理完毕" in text(response)
    assert "我的说明" in text(response)
    row.refresh_from_db()
    assert (row.note, row.closed_by) == ("同事的说明", cast.colleague)


def test_what_the_agency_took_after_all_closes_itself(cast, agency):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    order(agency, "unprocessable", times=1)
    send(refund)
    row = item_of(refund, WorkItemKind.HELD)
    assert refund.refund_status == "approved"
    report(refund.number, events=["accepted"])
    row.refresh_from_db()
    assert (row.note, row.closed_by) == ("已自行了结", None)
    assert "已自行了结" in text(look(cast.reviewer, row))


def test_what_closed_itself_stays_in_the_list_until_the_next_day(cast):
    row = item(cast)
    close_settled([row.kind], row.instruction_id, agency=row.agency)
    page = text(signed_in(cast.reviewer).get("/review/items/"))
    assert ("已自行了结" in page, "待处理 0" in page) == (True, True)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    WorkItem.objects.update(closed_at=midnight - timedelta(seconds=1))
    assert "已自行了结" not in text(signed_in(cast.reviewer).get("/review/items/"))
    WorkItem.objects.update(closed_at=midnight, closed_by=cast.colleague)  # by a person: she knows
    assert "已自行了结" not in text(signed_in(cast.reviewer).get("/review/items/"))

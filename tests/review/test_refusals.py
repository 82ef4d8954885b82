"""/review/items/refused/: what an agency has signed and the portal could not take, readable by those whose matter it is."""

import json

import pytest
from django.utils import timezone

from handoff.models import RefusedMessage, WorkItem, WorkItemKind
from handoff.receiving import refused
from handoff.receiving.refused import LOOKED_AT, SHOWN, excerpt
from refunds import actions
from tests.pages import find_all, text, tree
from tests.pension.factories import submitted
from tests.review.desk import look, signed_in

pytestmark = pytest.mark.django_db
URL = "/review/items/refused/"
WHY = "amount 应是以元为单位、两位小数的文字，例如 1000.00，请改正后重新发送。"
ID_NUMBER, PHONE, ACCOUNT = "429006196503150007", "13812345678", "6228480402564890018"


def refuse(instruction_id="", *, agency="hrss", why=WHY, **said):
    body = json.dumps({"instruction_id": instruction_id, **said}).encode()
    refused.keep_and_tell(agency, "evt_1", body, why, WorkItemKind.UNREADABLE)
    return RefusedMessage.objects.order_by("-id").first()


def address(message):
    return f"{URL}{message.pk}/"


@pytest.fixture
def approved(cast):
    refund = submitted(cast.resident, office=cast.county)
    return actions.approve(refund.number, by=cast.reviewer)


def test_the_list_says_when_who_what_and_why_the_newest_first(cast, approved):
    older, newer = refuse(approved.instruction_id), refuse(agency="medical", why="lines 应是列表")
    page = text(signed_in(cast.auditor).get(URL))
    assert page.index("读不出是哪一笔") < page.index(approved.number)
    for words in (WHY, "lines 应是列表", f"{timezone.localtime(newer.received_at):%Y-%m-%d %H:%M}"):
        assert words in page
    assert older.number == approved.number


def test_one_page_shows_the_words_with_every_number_masked(cast, approved):
    message = refuse(approved.instruction_id, name="欧阳锋", id_number=ID_NUMBER, phone=PHONE, account=ACCOUNT)
    page = text(signed_in(cast.reviewer).get(address(message)))
    assert all(words in page for words in ("欧阳锋", WHY, approved.instruction_id, "evt_1", "429************007"))
    assert not [number for number in (ID_NUMBER, PHONE, ACCOUNT) if number in page]


@pytest.mark.parametrize(
    "written",
    [
        f"ID{ID_NUMBER}", f"tel{PHONE}", f"{ID_NUMBER}{PHONE}", ID_NUMBER.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "".join(f"\\u{ord(digit):04x}" for digit in ID_NUMBER), "6228 4804 0256 4890 018", "138-1234-5678",
    ],
)  # fmt: skip
def test_a_number_is_masked_however_it_was_written(written):
    shown = excerpt(f'{{"what": "{written}"}}').words
    digits = "".join(letter for letter in shown if letter.isdigit())
    assert len(digits) <= 7, shown


def test_our_own_numbers_and_amounts_stay_readable():
    words = '{"instruction_id": "YL202611210000128-1", "amount": "1000.0", "occurred_at": "2026-11-21T12:00:00+08:00"}'
    assert excerpt(words).words == words


@pytest.mark.parametrize("before", range(LOOKED_AT - 25, LOOKED_AT + 1))
def test_the_cut_never_leaves_a_part_of_a_number(before, monkeypatch):
    monkeypatch.setattr(refused, "SHOWN", LOOKED_AT)
    shown = excerpt("。" * before + ACCOUNT + "。" * 100)
    assert shown.is_cut
    assert shown.words.rstrip("。").lstrip("。") in ("", "**** 0018")


def test_what_is_cut_is_said_to_be_cut(cast, approved):
    long = refuse(approved.instruction_id, reason="长" * SHOWN)
    short = refuse(approved.instruction_id, reason="短")
    client = signed_in(cast.reviewer)
    words = text(client.get(address(long)))
    assert f"只显示开头的 {SHOWN:,} 个，后面的已截去" in words
    assert "已截去" not in text(client.get(address(short)))


def test_an_office_sees_its_own_and_those_above_also_what_names_no_application(cast, approved):
    own, nobodys = refuse(approved.instruction_id), refuse("YL000-1")
    assert (own.number, own.office, nobodys.number, nobodys.office) == (approved.number, cast.county, "", None)
    for user, codes in (
        (cast.reviewer, [200, 404]), (cast.outsider, [404, 404]), (cast.countersigner, [200, 200]), (cast.auditor, [200, 200]),
        (cast.resident, [403, 403]), (cast.clerk, [403, 403]),
    ):  # fmt: skip
        client = signed_in(user)
        assert [client.get(address(message)).status_code for message in (own, nobodys)] == codes
    listed = {user: text(signed_in(user).get(URL)) for user in (cast.reviewer, cast.outsider)}
    assert [approved.number in words for words in listed.values()] == [True, False]
    assert not any("YL000-1" in words for words in listed.values())
    assert "没有被拒收的消息" in listed[cast.outsider]


def test_a_message_of_another_agency_is_nobodys(cast, approved):
    message = refuse(approved.instruction_id, agency="medical")
    assert (message.number, message.office) == ("", None)


def test_the_items_page_and_the_item_lead_to_it(cast, approved):
    client = signed_in(cast.reviewer)
    assert "近 7 天" not in text(client.get("/review/items/"))
    message = refuse(approved.instruction_id)
    assert "没有收下的消息：近 7 天 1 条" in text(client.get("/review/items/"))
    for page in (client.get("/review/items/"), client.get(URL), look(cast.reviewer, WorkItem.objects.get())):
        links = [
            link["attrs"]["href"] for link in find_all(tree(page), lambda tag, attrs: tag == "a" and "href" in attrs)
        ]
        assert URL in links or address(message) in links
    assert address(message) in look(cast.reviewer, WorkItem.objects.get()).content.decode()
    assert f"/review/items/{WorkItem.objects.get().pk}/" in client.get(address(message)).content.decode()


def test_a_second_refusal_is_added_to_the_item_that_is_open(cast, approved):
    for amount in ("1", "2"):
        refuse(approved.instruction_id, amount=amount)
    item = WorkItem.objects.get()
    shown = look(cast.reviewer, item).content.decode()
    assert [address(message) in shown for message in RefusedMessage.objects.all()] == [True, True]


def test_a_number_where_an_instruction_should_be_is_masked_too(cast):
    message = refuse(ID_NUMBER)
    client = signed_in(cast.auditor)
    for page in (client.get(URL), client.get(address(message))):
        assert ID_NUMBER not in page.content.decode()
        assert "429************007" in text(page)


def test_the_list_costs_the_same_at_any_length(cast, approved, django_assert_num_queries):
    client, queries = signed_in(cast.reviewer), 4
    for count in (1, 60):
        for n in range(count):
            refuse(approved.instruction_id, n=f"{count} {n}")
        client.get(URL)
        with django_assert_num_queries(queries):
            page = client.get(URL)
    assert "每页 50 条 · 本页 50 条" in text(page)
    with django_assert_num_queries(queries + 3):
        client.get(address(RefusedMessage.objects.first()))

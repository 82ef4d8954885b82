"""How the mock agencies tell the portal what became of an instruction."""

import json
import threading
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from mock_agencies.rules import plan, retry_pause
from tests.handoff.desk import NUMBER, SECRETS, eventually, instruction, order, seen, send, told


@pytest.mark.parametrize(
    ("agency", "ending", "events", "reason"),
    [
        ("hrss", "88", ["accepted", "paid"], ""),
        ("medical", "88", ["accepted", "paid"], ""),
        ("hrss", "01", ["refused"], "社保系统核验未通过：该笔缴费已计入个人账户"),
        ("medical", "01", ["refused"], "医保系统核验未通过：参保人已享受医保待遇"),
        ("hrss", "02", ["accepted", "bounced"], "银行账号与户名不符"),
        ("hrss", "03", ["accepted", "paid"], ""),
    ],
)
def test_the_last_two_digits_of_the_account_decide(mock, portal, agency, ending, events, reason):
    send(mock, instruction(ending), agency)
    assert told(portal, len(events)) == events
    last = portal.events()[-1]
    assert last["reason"] == reason
    assert last["paid_on"] == (last["occurred_at"][:10] if last["event"] == "paid" else "")
    assert last["instruction_id"] == f"{NUMBER}-1"
    assert last["lines"] == []
    assert {path for path, _, _ in portal.calls} == {f"/handoff/callbacks/{agency}/"}


def test_account_03_is_silent_for_a_while(mock, portal):
    send(mock, instruction("03"))
    time.sleep(0.25)
    assert portal.calls == []
    assert seen(mock)["instructions"][0]["state"] == "received"
    assert told(portal, 2) == ["accepted", "paid"]


def test_account_04_tells_everything_twice_and_out_of_order(mock, portal):
    send(mock, instruction("04"))
    assert told(portal, 4) == ["paid", "accepted", "paid", "accepted"]
    ids = [headers["webhook-id"] for _, headers, _ in portal.calls]
    assert ids[0] == ids[2] != ids[1] == ids[3]
    assert portal.calls[0][2] == portal.calls[2][2]
    paid, accepted = portal.events()[:2]
    assert accepted["occurred_at"] < paid["occurred_at"]
    assert seen(mock)["instructions"][0]["state"] == "paid"


def test_every_callback_is_signed_by_its_agency(mock, portal):
    send(mock, instruction(), "medical")
    told(portal, 2)
    for _, headers, body in portal.calls:
        Webhook(SECRETS["medical"]).verify(body, headers)
    assert len({headers["webhook-id"] for _, headers, _ in portal.calls}) == 2


def test_a_callback_is_repeated_with_the_same_id_until_the_portal_has_it(mock, portal):
    portal.answers = [500, 404]
    send(mock, instruction("01"))
    assert told(portal, 3) == ["refused"] * 3
    assert len({(headers["webhook-id"], body) for _, headers, body in portal.calls}) == 1
    (event,) = eventually(lambda: [event for event in seen(mock)["events"] if event["state"] == "delivered"])
    assert (event["attempts"], event["last_answer"]) == (3, "204")


def test_a_redirected_callback_is_not_followed(mock, portal):
    portal.answers = [307]
    send(mock, instruction("01"))
    told(portal, 2)
    assert {path for path, _, _ in portal.calls} == {"/handoff/callbacks/hrss/"}


def test_later_news_waits_for_earlier_news_that_the_portal_did_not_take(mock, portal):
    portal.answers = [503]
    send(mock, instruction())
    assert told(portal, 3) == ["accepted", "accepted", "paid"]


def test_one_slow_portal_answer_does_not_hold_up_other_refunds(mock, portal):
    others_told = threading.Event()
    portal.answers = [lambda: 204 if others_told.wait(4) else 500]
    for number in range(1, 21):
        send(mock, instruction("01", f"{NUMBER}-{number}"))
    told(portal, 20)
    others_told.set()
    eventually(lambda: {event["state"] for event in seen(mock)["events"]} == {"delivered"})
    assert len({headers["webhook-id"] for _, headers, _ in portal.calls}) == len(portal.calls) == 20


def test_the_pause_between_deliveries_doubles_up_to_half_a_minute():
    assert [retry_pause(attempts) for attempts in (1, 2, 3, 7, 8, 9000)] == [0.5, 1, 2, 30, 30, 30]


def test_each_event_comes_one_delay_after_the_one_before():
    assert [(callback.event, callback.after) for callback in plan("hrss", "88", delay=3, silence=60)] == [
        ("accepted", 3),
        ("paid", 6),
    ]
    assert [callback.after for callback in plan("hrss", "03", delay=3, silence=60)] == [60, 63]


def test_told_to_it_hands_in_all_that_is_due_as_one_signed_file(mock, portal):
    order(mock, "in_files")
    send(mock, instruction())
    send(mock, instruction(instruction_id=f"{NUMBER}-2"))
    eventually(lambda: {one["state"] for one in seen(mock)["instructions"]} == {"paid"})
    eventually(lambda: sum(body.count(b"\n") + 1 for _, _, body in portal.calls) >= 4)
    assert {path for path, _, _ in portal.calls} == {"/handoff/results/hrss/"}
    for _, headers, body in portal.calls:
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        assert Webhook(SECRETS["hrss"]).sign(headers["webhook-id"], at, body.decode()) == headers["webhook-signature"]
    lines = [json.loads(line) for _, _, body in portal.calls for line in body.splitlines()]
    assert sorted((line["instruction_id"][-1], line["event"]) for line in lines) == [
        ("1", "accepted"),
        ("1", "paid"),
        ("2", "accepted"),
        ("2", "paid"),
    ]

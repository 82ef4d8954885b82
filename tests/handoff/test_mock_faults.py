"""The faults that came with the whole wire, for one request by its header or for several by the control; events by hand."""

import time

import httpx
import pytest
from standardwebhooks import Webhook

from mock_agencies.rules import BOUNCED_BY_BANK, RETURNED_BY_BANK
from tests.handoff.desk import (
    NUMBER,
    SECRETS,
    add_event,
    ask,
    cancel,
    eventually,
    http,
    instruction,
    list_refunds,
    open_mock,
    order,
    outcomes,
    seen,
    send,
    told,
)


@pytest.fixture
def slow(portal, tmp_path):
    """A mock in which nothing happens by itself while a test lasts."""
    with open_mock(portal.url, tmp_path, delay=60, silence=60) as mock:
        yield mock


def wish(fault):
    return {"headers": {"x-mock-fault": fault}}


GATEWAY = [("unauthorized", 401), ("forbidden", 403), ("not_found", 404), ("unavailable", 503)]


@pytest.mark.parametrize(("fault", "status"), GATEWAY)
def test_what_stands_before_the_agency_can_fail_too_and_signs_nothing(slow, fault, status):
    for answer in (send(slow, instruction(), **wish(fault)), ask(slow, **wish(fault)), cancel(slow, **wish(fault))):
        assert answer.status_code == status
        assert "unknown_instruction" not in answer.text
        assert "webhook-signature" not in answer.headers
        assert answer.headers.get("retry-after") == ("1" if fault == "unavailable" else None)
    assert outcomes(slow) == [fault]
    assert seen(slow)["instructions"] == []
    assert ask(slow).status_code == 404


def test_an_unprocessable_case_is_refused_with_words(slow):
    answer = send(slow, instruction(), **wish("unprocessable"))
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_a_fault_by_header_uses_up_none_that_was_ordered(slow):
    order(slow, "server_error", 1)
    assert send(slow, instruction(), **wish("throttle")).status_code == 429
    assert send(slow, instruction(), **wish("none")).status_code == 202
    assert ask(slow).status_code == 500
    assert ask(slow).status_code == 200


def test_a_fault_that_nobody_knows_is_refused(strict):
    assert ask(strict, **wish("sabotage")).status_code == 400


@pytest.mark.parametrize("question", [ask, cancel, list_refunds])
def test_a_breakdown_hits_every_question(slow, question):
    order(slow, "server_error", 1)
    assert question(slow).status_code == 500
    assert question(slow).status_code in (200, 404)


def test_a_delayed_answer_is_the_true_one_after_two_seconds(slow):
    began = time.monotonic()
    assert send(slow, instruction(), **wish("delay")).json()["receipt"] == "HRSS-000001"
    assert 1.9 < time.monotonic() - began < 4


def test_a_dripping_answer_outlasts_any_single_read_and_was_the_true_one(slow, monkeypatch):
    began, first = time.monotonic(), b""
    with http.stream("GET", f"{slow.url}/hrss/refunds", headers=wish("drip")["headers"]) as answer:
        for chunk in answer.iter_raw():
            first += chunk
            if time.monotonic() - began > 1:
                break
    assert 2 <= len(first) <= 12
    monkeypatch.setattr("mock_agencies.faults.DRIP", 0.001)
    whole = send(slow, instruction(), **wish("drip"))
    Webhook(SECRETS["hrss"]).verify(whole.content, dict(whole.headers))
    assert whole.json()["receipt"] == "HRSS-000001"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("repeat", [("accepted", 1), ("accepted", 1), ("paid", 2), ("paid", 2)]),
        ("reorder", [("paid", 2), ("accepted", 1)]),
        ("contradict", [("accepted", 1), ("paid", 2), ("refused", 3)]),
        ("late_bounce", [("accepted", 1), ("paid", 2), ("bounced", 3)]),
    ],
)
def test_what_an_agency_tells_of_the_next_instruction_can_go_wrong(mock, portal, fault, expected):
    order(mock, fault, 1)
    assert send(mock, instruction()).status_code == 202
    told(portal, len(expected))
    assert [(event["event"], event["sequence"]) for event in portal.events()] == expected
    for same in ({headers["webhook-id"] for _, headers, _ in portal.calls}, {body for _, _, body in portal.calls}):
        assert len(same) == len(set(expected))


def test_a_refusal_is_contradicted_by_a_payment(mock, portal):
    send(mock, instruction("01"), **wish("contradict"))
    assert told(portal, 2) == ["refused", "paid"]


def test_a_forgetful_agency_gives_a_receipt_and_knows_of_nothing(mock, portal):
    receipt = send(mock, instruction(), **wish("forget"))
    assert (receipt.status_code, receipt.json()["receipt"]) == (202, "HRSS-000001")
    assert ask(mock).json()["error"]["code"] == "unknown_instruction"
    assert list_refunds(mock).json()["refunds"] == []
    assert told(portal, 0) == []
    assert send(mock, instruction()).json()["receipt"] == "HRSS-000002"
    assert told(portal, 2) == ["accepted", "paid"]


def test_an_agency_can_forget_what_it_had(slow):
    send(slow, instruction())
    assert send(slow, instruction(), **wish("forget")).json()["receipt"] == "HRSS-000001"
    assert ask(slow).status_code == 404


# Events by hand


def test_an_event_by_hand_gets_the_next_sequence_and_is_told(mock, portal):
    send(mock, instruction())
    told(portal, 2)
    answer = add_event(mock, "bounced")
    assert (answer.status_code, answer.json()["sequence"]) == (200, 3)
    assert told(portal, 3) == ["accepted", "paid", "bounced"]
    last = portal.events()[-1]
    assert (last["sequence"], last["amount"], last["reason"]) == (3, "1000.00", RETURNED_BY_BANK)
    assert ask(mock).json().items() >= {"state": "bounced", "sequence": 3}.items()


def test_an_event_by_hand_can_say_anything(slow, portal):
    send(slow, instruction())
    lines = [{"ticket_number": "of nobody", "outcome": "returned", "reason": "x"}]
    said = {"reason": "另有原因", "paid_on": "2026-01-02", "amount": "3.00", "lines": lines}
    add_event(slow, "paid", **said)
    told(portal, 1)
    (event,) = portal.events()
    assert event.items() >= said.items()
    add_event(slow, "bounced", lines=[])
    told(portal, 2)
    assert portal.events()[1].items() >= {"lines": [], "sequence": 2}.items()


def test_an_event_by_hand_overtakes_the_plan(slow, portal):
    send(slow, instruction())
    add_event(slow, "bounced")
    assert [event["event"] for event in seen(slow)["events"]] == ["bounced"]
    assert eventually(portal.events)[0]["reason"] == BOUNCED_BY_BANK


def test_an_event_by_hand_can_be_told_twice(slow, portal):
    send(slow, instruction())
    order(slow, "repeat", 1)
    add_event(slow, "accepted")
    assert told(portal, 2) == ["accepted", "accepted"]
    assert portal.calls[0][2] == portal.calls[1][2]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, {"event": "paid"}),
        (404, {"event": "paid", "instruction_id": f"{NUMBER}-9"}),
        (400, {"event": "lost"}),
        (400, {"event": "paid", "amount": "1"}),
        (400, {"event": "paid", "paid_on": "soon"}),
        (400, {"event": "paid", "lines": [7]}),
        (400, {"event": "paid", "agency": "tax"}),
        (400, {"event": "paid", "instruction_id": 7}),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(strict, status, said):
    assert add_event(strict, **said).status_code == status


def test_a_page_of_somebody_else_gives_no_orders(strict):
    for path in ("control", "control/event", "fault", "event"):
        answer = httpx.post(f"{strict.url}/{path}", headers={"origin": "http://127.0.0.1:9"}, trust_env=False)
        assert answer.status_code == 403

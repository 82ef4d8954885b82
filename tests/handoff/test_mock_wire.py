"""The wire as both sides agreed on it: events in order, one instruction asked about or cancelled, answers signed."""

import re
from datetime import datetime, timedelta

import pytest
from standardwebhooks import Webhook

from mock_agencies.rules import RETURNED_BY_BANK, RETURNED_BY_HRSS
from tests.handoff.desk import (
    NUMBER,
    SECRETS,
    add_event,
    ask,
    cancel,
    encode,
    eventually,
    http,
    instruction,
    list_refunds,
    open_mock,
    order,
    seen,
    send,
    signed,
    today,
    told,
)

ROW = ["instruction_id", "receipt", "received_at", "state", "sequence", "occurred_at", "amount"]
ROW += ["reason", "paid_on", "lines"]


@pytest.fixture
def slow(portal, tmp_path):
    """A mock in which nothing happens by itself while a test lasts."""
    with open_mock(portal.url, tmp_path, delay=60, silence=60) as mock:
        yield mock


def batch(ending="88", endings=("07", "01", "02")):
    (line,) = instruction(amount="200.00")["lines"]
    lines = [
        line | {"line": n, "ticket_number": f"T{n}", "personal_number": f"3301{end}"} for n, end in enumerate(endings)
    ]
    return instruction(ending) | {"lines": lines, "amount": f"{200 * len(lines)}.00"}


def story(portal):
    return [(event["event"], event["sequence"], event["amount"]) for event in portal.events()]


# Events


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("88", [("accepted", 1), ("paid", 2)]),
        ("01", [("refused", 1)]),
        ("04", [("paid", 2), ("accepted", 1), ("paid", 2), ("accepted", 1)]),
        ("05", [("accepted", 1), ("paid", 2), ("bounced", 3)]),
        ("06", [("refused", 1), ("paid", 2)]),
    ],
)
def test_every_event_carries_its_place_in_the_agencys_own_order(mock, portal, ending, expected):
    send(mock, instruction(ending))
    told(portal, len(expected))
    assert story(portal) == [(event, sequence, "1000.00") for event, sequence in expected]


def test_account_05_is_returned_by_the_bank_after_it_was_paid(mock, portal):
    send(mock, instruction("05"))
    told(portal, 3)
    assert portal.events()[-1]["reason"] == RETURNED_BY_BANK
    assert ask(mock).json()["state"] == "bounced"


def test_an_event_is_about_the_whole_less_the_returned_lines_and_a_refusal_about_the_whole(mock, portal):
    send(mock, batch("06"))
    told(portal, 2)
    assert story(portal) == [("refused", 1, "600.00"), ("paid", 2, "400.00")]


# Asking


def test_asking_follows_an_instruction_from_its_receipt_on(slow, portal):
    receipt = send(slow, batch()).json()
    row = ask(slow).json()
    assert list(row) == ROW
    nothing_yet = {"state": "received", "sequence": 0, "occurred_at": "", "amount": "600.00", "reason": ""}
    assert row == receipt | nothing_yet | {"paid_on": "", "lines": []}
    add_event(slow, "paid")
    row = ask(slow).json()
    assert (row["state"], row["sequence"], row["paid_on"]) == ("paid", 1, today())
    assert told(portal, 1) == ["paid"]
    (event,) = portal.events()
    assert event.items() >= {field: row[field] for field in event if field in row}.items()


def test_asking_knows_what_the_portal_was_never_told(mock):
    order(mock, "silent")
    send(mock, batch())
    row = eventually(lambda: (row := ask(mock).json())["sequence"] == 2 and row)
    assert (row["state"], row["amount"]) == ("paid", "400.00")
    assert row["lines"] == [{"ticket_number": "T0", "outcome": "returned", "reason": RETURNED_BY_HRSS}]


def test_asking_about_what_never_came_is_answered_with_the_one_code_that_is_certain(strict):
    answer = ask(strict)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_instruction"
    assert answer.json()["instruction_id"] == f"{NUMBER}-1"
    assert ask(strict, agency="medical").status_code == 404


def test_what_a_batch_had_returned_is_not_in_the_first_answer(slow):
    send(slow, batch(endings=("07", "07")))
    assert ask(slow).json()["amount"] == "400.00"


def test_nobody_asks_or_cancels_without_a_signature(strict):
    assert http.get(f"{strict.url}/hrss/refunds/{NUMBER}-1").status_code == 401
    assert http.post(f"{strict.url}/hrss/refunds/{NUMBER}-1/cancel", content=b"{}").status_code == 401
    assert ask(strict, headers=signed("medical", "ask-1")).status_code == 401


# Cancelling


def test_what_was_received_is_cancelled_and_the_portal_told(slow, portal):
    send(slow, instruction())
    answer = cancel(slow)
    assert answer.status_code == 200
    row = answer.json()
    assert list(row) == ROW
    assert (row["state"], row["sequence"], row["amount"]) == ("cancelled", 1, "1000.00")
    assert told(portal, 1) == ["cancelled"]
    assert story(portal) == [("cancelled", 1, "1000.00")]
    assert cancel(slow).json() == ask(slow).json() == row
    assert len(seen(slow)["events"]) == 1


def test_what_was_accepted_is_cancelled_with_its_returned_lines(slow, portal):
    send(slow, batch())
    returned = [{"ticket_number": "T0", "reason": "x"}]
    add_event(slow, "accepted", lines=returned)
    row = cancel(slow).json()
    assert (row["sequence"], row["amount"]) == (2, "400.00")
    assert [line["ticket_number"] for line in row["lines"]] == ["T0"]
    assert told(portal, 2) == ["accepted", "cancelled"]


@pytest.mark.parametrize("state", ["refused", "paid", "bounced"])
def test_what_is_over_cannot_be_cancelled_and_the_answer_says_how_it_stands(slow, state):
    send(slow, instruction())
    add_event(slow, state)
    answer = cancel(slow)
    assert answer.status_code == 409
    content = answer.json()
    assert content.pop("error")["code"] == "not_cancellable"
    assert content == ask(slow).json()
    assert content["state"] == state


def test_what_is_cancelled_before_it_comes_is_refused_for_good(tmp_path, portal):
    with open_mock(portal.url, tmp_path) as mock:
        row = cancel(mock).json()
        assert cancel(mock).json() == row == ask(mock).json()
        nothing = {"receipt": "", "received_at": "", "state": "cancelled", "sequence": 0, "amount": "0.00"}
        assert row.items() >= nothing.items()
        assert datetime.fromisoformat(row["occurred_at"]).utcoffset() == timedelta(hours=8)
    with open_mock(portal.url, tmp_path) as mock:
        answer = send(mock, instruction())
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "cancelled")
        assert cancel(mock).json() == row
        assert list_refunds(mock).json()["refunds"] == seen(mock)["instructions"] == []
        assert send(mock, instruction(), "medical").status_code == 202


def test_a_cancellation_names_the_instruction_of_its_path(strict):
    body = encode({"instruction_id": f"{NUMBER}-2"})
    url = f"{strict.url}/hrss/refunds/{NUMBER}-1/cancel"
    answer = http.post(url, content=body, headers=signed("hrss", "cancel-1", body))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert cancel(strict, "no-id-of-ours").status_code == 400


def test_a_silent_agency_cancels_and_keeps_that_to_itself_too(slow, portal):
    send(slow, instruction())
    order(slow, "silent")
    assert cancel(slow).status_code == 200
    assert told(portal, 0) == []
    order(slow, "none")
    assert told(portal, 1) == ["cancelled"]


def test_what_was_asked_is_remembered_apart_from_the_instructions(slow):
    send(slow, instruction())
    ask(slow)
    ask(slow, f"{NUMBER}-2")
    cancel(slow)
    list_refunds(slow)
    questions = [(asked["question"], asked["outcome"]) for asked in seen(slow)["questions"]]
    assert questions == [
        ("ask", "received"),
        ("ask", "unknown_instruction"),
        ("cancel", "cancelled"),
        ("list", "listed"),
    ]
    assert len(seen(slow)["requests"]) == 1


# Signed answers


def answers(mock):
    """One of every kind of answer."""
    yield 202, send(mock, instruction())
    yield 409, send(mock, instruction(amount="1.00"))
    yield 200, ask(mock)
    yield 404, ask(mock, f"{NUMBER}-9")
    yield 200, list_refunds(mock)
    yield 400, list_refunds(mock, day="x")
    yield 200, cancel(mock)
    yield 401, http.get(f"{mock.url}/hrss/refunds/{NUMBER}-1")
    yield 413, http.post(f"{mock.url}/hrss/refunds", content=b" " * (8 * 1024 * 1024 + 1))
    yield 400, send(mock, instruction(), headers={"x-mock-fault": "bad_request"})


def test_every_answer_of_an_agency_is_signed_as_its_events_are(slow):
    for status, answer in answers(slow):
        assert answer.status_code == status
        Webhook(SECRETS["hrss"]).verify(answer.content, dict(answer.headers))
        asked_as = answer.request.headers.get("webhook-id")
        assert answer.headers["webhook-id"] == asked_as or re.fullmatch(
            "ans_[0-9a-f]{32}", answer.headers["webhook-id"]
        )
        assert bool(asked_as) == (answer.headers["webhook-id"] == asked_as)

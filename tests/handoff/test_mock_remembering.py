"""What the mock agencies remember, and list for the daily reconciliation."""

import json
import logging
import socket
import time
from datetime import UTC, datetime

import pytest

from tests.handoff.desk import (
    ACCOUNT,
    NUMBER,
    PERSON,
    encode,
    eventually,
    http,
    instruction,
    list_refunds,
    open_mock,
    order,
    outcomes,
    seen,
    send,
    signed,
    told,
)


def test_a_restart_forgets_nothing_and_tells_the_rest(portal, tmp_path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        absent = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with open_mock(absent, tmp_path) as mock:
            receipt = send(mock, instruction()).json()
            failed = eventually(lambda: [event for event in seen(mock)["events"] if event["attempts"]])
    with open_mock(portal.url, tmp_path) as mock:
        assert send(mock, instruction()).json() == receipt
        assert told(portal, 2) == ["accepted", "paid"]
        assert outcomes(mock) == ["received", "repeated"]
    assert portal.calls[0][1]["webhook-id"] == failed[0]["webhook_id"]


def test_every_request_is_remembered_with_its_digest(mock):
    send(mock, instruction())
    send(mock, instruction(amount="5.00"))
    first, second = seen(mock)["requests"]
    assert first["digest"] == seen(mock)["instructions"][0]["digest"] != second["digest"]
    assert first["instruction_id"] == second["instruction_id"] == f"{NUMBER}-1"


def test_neither_the_view_nor_the_log_shows_personal_data(mock, portal, caplog):
    caplog.set_level(logging.DEBUG, logger="mock_agencies")
    for ending in ("88", "01", "02", "04"):
        send(mock, instruction(ending, f"{NUMBER}-{ending}"))
    body = encode(instruction())
    headers = signed("hrss", PERSON, body)
    http.post(f"{mock.url}/hrss/refunds", content=body, headers=headers)
    http.get(f"{mock.url}/{PERSON}?account={ACCOUNT}")
    order(mock, "server_error", 1)
    send(mock, instruction())
    told(portal, 9)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("mock_agencies")]
    everything = json.dumps(seen(mock), ensure_ascii=False) + "\n".join(ours)
    assert any("HRSS-000001" in line for line in ours)
    for secret in (ACCOUNT[:-2], PERSON, "张三", "13800000000", "333001", "3301000001"):
        assert secret not in everything


# Reconciliation


def test_reconciliation_lists_what_the_agency_has(mock, portal):
    receipt = send(mock, instruction()).json()
    told(portal, 2)
    answer = list_refunds(mock)
    assert answer.status_code == 200
    assert answer.json() == {"refunds": [receipt | {"amount": "1000.00", "state": "paid"}], "next_after": ""}
    assert list_refunds(mock, "medical").json()["refunds"] == []


def test_reconciliation_pages_by_key(mock, monkeypatch):
    monkeypatch.setattr("mock_agencies.desk.PAGE", 2)
    ids = [f"{NUMBER}-{number}" for number in (3, 1, 2, 5, 4)]
    for instruction_id in ids:
        send(mock, instruction(instruction_id=instruction_id))
    listed, after, pages = [], "", 0
    while pages == 0 or after:
        page = list_refunds(mock, after=after).json()
        listed += [refund["instruction_id"] for refund in page["refunds"]]
        after, pages = page["next_after"], pages + 1
    assert (listed, pages) == (ids, 3)


def test_reconciliation_can_start_at_a_moment(mock):
    send(mock, instruction())
    between = datetime.now(UTC)
    time.sleep(0.01)
    send(mock, instruction(instruction_id=f"{NUMBER}-2"))
    refunds = list_refunds(mock, since=between.isoformat()).json()["refunds"]
    assert [refund["instruction_id"] for refund in refunds] == [f"{NUMBER}-2"]


@pytest.mark.parametrize(
    ("field", "value"), [("since", "2026-11-21T10:00:00"), ("since", "0001-01-01T00:00:00+14:00"), ("after", "YL1-1")]
)
def test_reconciliation_refuses_a_question_it_cannot_answer(strict, field, value):
    answer = list_refunds(strict, **{field: value})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert answer.json()["error"]["message"].startswith(f"{field} ")


def test_reconciliation_needs_a_signature(strict):
    assert http.get(f"{strict.url}/hrss/refunds").status_code == 401

"""What the mock agencies remember, and list for the daily reconciliation."""

import json
import logging
import re
import socket
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from tests.handoff.desk import (
    ACCOUNT,
    NUMBER,
    PERSON,
    add_event,
    ask,
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


def test_a_file_of_the_former_layout_is_put_aside_and_an_empty_one_begun(tmp_path, caplog):
    former = tmp_path / "mock.sqlite3"
    with closing(sqlite3.connect(former)) as book, book:
        book.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE instructions (key INTEGER PRIMARY KEY, agency TEXT);"
        )
        book.execute("INSERT INTO instructions (agency) VALUES ('hrss')")
    with open_mock("http://127.0.0.1:9", tmp_path) as mock:
        assert send(mock, instruction()).json()["receipt"] == "HRSS-000001"
    (aside,) = tmp_path.glob("mock.sqlite3.layout-0-*")
    assert re.search(r"mock.sqlite3 has another layout: renamed to mock.sqlite3.layout-0-[0-9]+", caplog.text)
    with closing(sqlite3.connect(aside)) as book:
        assert book.execute("SELECT agency FROM instructions").fetchall() == [("hrss",)]
    with open_mock("http://127.0.0.1:9", tmp_path) as mock:
        assert ask(mock).status_code == 200


# Reconciliation


def test_reconciliation_lists_what_the_agency_has(mock, portal):
    receipt = send(mock, instruction()).json()
    told(portal, 2)
    answer = list_refunds(mock)
    assert answer.status_code == 200
    (row,) = answer.json()["refunds"]
    assert answer.json()["next_after"] == ""
    assert row == ask(mock).json()
    assert row.items() >= (receipt | {"amount": "1000.00", "state": "paid", "sequence": 2}).items()
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


def test_reconciliation_of_a_day_on_which_nothing_happened_lists_nothing(mock, portal):
    send(mock, instruction())
    told(portal, 2)
    assert list_refunds(mock, day="2026-01-01").json() == {"refunds": [], "next_after": ""}


def test_reconciliation_lists_an_old_instruction_on_the_day_of_its_new_event(mock, portal):
    send(mock, instruction())
    send(mock, instruction(instruction_id=f"{NUMBER}-2"))
    told(portal, 4)
    set_back(mock, days=2)
    assert list_refunds(mock).json()["refunds"] == []
    add_event(mock, "bounced")
    (row,) = list_refunds(mock).json()["refunds"]
    assert (row["instruction_id"], row["state"]) == (f"{NUMBER}-1", "bounced")


def set_back(mock, *, days):
    """As if all that the agencies know had come that many days ago."""
    with closing(sqlite3.connect(mock.database)) as book, book:
        for table, column in (("instructions", "received_at"), ("events", "occurred_at")):
            for key, at in book.execute(f"SELECT key, {column} FROM {table}").fetchall():
                before = (datetime.fromisoformat(at) - timedelta(days=days)).isoformat(timespec="microseconds")
                book.execute(f"UPDATE {table} SET {column} = ? WHERE key = ?", [before, key])


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", ""), ("day", "2026-11-31"), ("day", "20261121"), ("day", "2026-11-21T10:00:00"), ("after", "YL1-1")],
)
def test_reconciliation_refuses_a_question_it_cannot_answer(strict, field, value):
    answer = list_refunds(strict, **{field: value})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert answer.json()["error"]["message"].startswith(f"{field} ")


def test_reconciliation_needs_a_signature(strict):
    assert http.get(f"{strict.url}/hrss/refunds").status_code == 401

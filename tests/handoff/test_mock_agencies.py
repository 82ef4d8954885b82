"""What the mock agencies promise to the portal and to the tests that lean on them."""

import base64
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from handoff.mock_agencies import MockAgencies
from handoff.mock_agencies.rules import plan, retry_pause

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {agency: "whsec_" + base64.b64encode(agency.encode() * 8).decode() for agency in ("hrss", "medical")}
NUMBER = "YL2026112100001"
ACCOUNT, PERSON = "622848000000000000", "110101199001010007"
# One client for all: each new one spends 50 ms on TLS settings that nothing here needs.
http = httpx.Client(trust_env=False, timeout=5.0)


class Portal:
    """Stands in for the portal: notes what it is told and answers as it is bidden, 204 in the end."""

    def __init__(self):
        self.calls: list[tuple[str, dict, bytes]] = []
        self.answers: list[int | Callable[[], int]] = []
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                portal.calls.append((self.path, dict(self.headers.items()), body))
                answer = portal.answers.pop(0) if portal.answers else 204
                self.send_response(answer() if callable(answer) else answer)
                self.send_header("Location", f"{portal.url}/elsewhere")
                self.end_headers()

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def events(self) -> list[dict]:
        return [json.loads(body) for _, _, body in self.calls]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def portal():
    portal = Portal()
    yield portal
    portal.close()


@pytest.fixture
def mock(portal, tmp_path):
    with open_mock(portal.url, tmp_path) as mock:
        yield mock


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """One mock for all the tests that are only ever refused: nothing they send may leave a trace but a request."""
    with open_mock("http://127.0.0.1:9", tmp_path_factory.mktemp("strict")) as mock:
        yield mock
        assert seen(mock)["instructions"] == []


@pytest.fixture(scope="module", autouse=True)
def close_connections():
    yield
    http.close()


def open_mock(portal_url: str, folder: Path, **changes) -> MockAgencies:
    values = {"database": folder / "mock.sqlite3", "delay": 0.03, "silence": 0.6} | changes
    return MockAgencies(portal_url=portal_url, secrets=SECRETS, **values)


def instruction(ending: str = "88", instruction_id: str = f"{NUMBER}-1", amount: str = "1000.00") -> dict:
    return {
        "instruction_id": instruction_id,
        "application_number": instruction_id.rpartition("-")[0],
        "scheme": "pension",
        "tax_office": {"code": "13301000000", "name": "国家税务总局某县税务局"},
        "amount": amount,
        "payee": {
            "account_kind": "银行卡",
            "account_number": ACCOUNT[:-2] + ending,
            "account_name": "张三",
            "bank": "103 中国农业银行",
            "contact_name": "张三",
            "contact_phone": "13800000000",
        },
        "lines": [
            {
                "line": 1,
                "ticket_number": "333001",
                "name": "张三",
                "id_type": "201",
                "id_number": PERSON,
                "personal_number": "3301000001",
                "amount": amount,
                "period_start": "2019-01-01",
                "period_end": "2019-12-31",
            }
        ],
    }


def encode(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


def signed(agency: str, webhook_id: str, body: bytes = b"", at: datetime | None = None) -> dict:
    at = at or datetime.now(UTC)
    signature = Webhook(SECRETS[agency]).sign(webhook_id, at, body.decode())
    return {"webhook-id": webhook_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def send(mock: MockAgencies, message: dict, agency: str = "hrss", **options) -> httpx.Response:
    body = encode(message)
    headers = signed(agency, str(message.get("instruction_id", "none")), body)
    return http.post(f"{mock.url}/{agency}/refunds", content=body, headers=headers, **options)


def list_refunds(mock: MockAgencies, agency: str = "hrss", **params) -> httpx.Response:
    url = f"{mock.url}/{agency}/refunds"
    return http.get(url, params=params, headers=signed(agency, "list-1"))


def order(mock: MockAgencies, fault: str, times: int | None = None, agency: str = "hrss") -> httpx.Response:
    return http.post(f"{mock.url}/control", json={"agency": agency, "fault": fault, "times": times})


def seen(mock: MockAgencies) -> dict:
    return http.get(f"{mock.url}/control/seen").json()


def outcomes(mock: MockAgencies) -> list[str]:
    return [request["outcome"] for request in seen(mock)["requests"]]


def eventually(condition, within: float = 4.0):
    deadline = time.monotonic() + within
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return result


def told(portal: Portal, count: int) -> list[str]:
    eventually(lambda: len(portal.calls) >= count)
    time.sleep(0.05)  # room for one call too many
    return [event["event"] for event in portal.events()]


# Taking instructions


def test_an_instruction_is_acknowledged_with_a_receipt(mock):
    answer = send(mock, instruction())
    assert answer.status_code == 202
    assert answer.json()["receipt"] == "HRSS-000001"
    assert answer.json()["instruction_id"] == f"{NUMBER}-1"
    assert datetime.fromisoformat(answer.json()["received_at"]).utcoffset() == timedelta(hours=8)


def test_the_same_instruction_twice_makes_one_refund(mock, portal):
    first, second = send(mock, instruction()), send(mock, instruction())
    assert second.status_code == 202
    assert second.json() == first.json()
    assert outcomes(mock) == ["received", "repeated"]
    assert told(portal, 2) == ["accepted", "paid"]


def test_the_same_instruction_many_times_at_once_makes_one_refund(mock, portal):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: send(mock, instruction()), range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["receipt"] for answer in answers} == {"HRSS-000001"}
    assert sorted(outcomes(mock)) == ["received"] + ["repeated"] * 19
    assert told(portal, 2) == ["accepted", "paid"]


def test_the_same_id_with_another_body_is_refused_and_changes_nothing(mock):
    send(mock, instruction())
    answer = send(mock, instruction(amount="1000.01"))
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "instruction_differs"
    assert [known["amount"] for known in seen(mock)["instructions"]] == ["1000.00"]
    assert outcomes(mock) == ["received", "instruction_differs"]


def test_each_agency_keeps_its_own_book(mock):
    assert send(mock, instruction(), "medical").json()["receipt"] == "MEDICAL-000001"
    assert send(mock, instruction(), "hrss").json()["receipt"] == "HRSS-000001"


WRONG_HEADERS = {
    "no headers": lambda body: {},
    "no signature": lambda body: {**signed("hrss", f"{NUMBER}-1", body), "webhook-signature": ""},
    "signed by another": lambda body: signed("medical", f"{NUMBER}-1", body),
    "signed for another body": lambda body: signed("hrss", f"{NUMBER}-1", body + b" "),
    "too old": lambda body: signed("hrss", f"{NUMBER}-1", body, datetime.now(UTC) - timedelta(seconds=302)),
    "too new": lambda body: signed("hrss", f"{NUMBER}-1", body, datetime.now(UTC) + timedelta(seconds=302)),
    "signature of no form": lambda body: {**signed("hrss", f"{NUMBER}-1", body), "webhook-signature": "v1"},
    "signature not base64": lambda body: {**signed("hrss", f"{NUMBER}-1", body), "webhook-signature": "v1,a"},
    "time not a number": lambda body: {**signed("hrss", f"{NUMBER}-1", body), "webhook-timestamp": "nan"},
}


@pytest.mark.parametrize("headers", WRONG_HEADERS.values(), ids=WRONG_HEADERS.keys())
def test_what_the_portal_did_not_sign_is_refused(strict, headers):
    body = encode(instruction())
    answer = http.post(f"{strict.url}/hrss/refunds", content=body, headers=headers(body))
    assert answer.status_code == 401
    assert outcomes(strict)[-1] == "bad_signature"


def without(message: dict, *path) -> dict:
    holder = message
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return message


MALFORMED = {
    "not_an_object": [],
    "missing_field": without(instruction(), "payee", "account_number"),
    "wrong_type": instruction() | {"tax_office": "13301000000"},
    "no_lines": instruction() | {"lines": []},
    "amount_differs": instruction() | {"amount": "999.99"},
    "bad_amount": instruction(amount="1e3"),
    "bad_instruction_id": instruction() | {"application_number": "YL2026112100002"},
    "bad_date": instruction() | {"lines": [instruction()["lines"][0] | {"period_end": "2019-13-01"}]},
    "empty_field": instruction() | {"payee": instruction()["payee"] | {"account_number": ""}},
}


@pytest.mark.parametrize(("code", "message"), MALFORMED.items(), ids=MALFORMED.keys())
def test_a_malformed_instruction_is_refused_in_plain_words(strict, code, message):
    body = encode(message)
    headers = signed("hrss", f"{NUMBER}-1", body)
    answer = http.post(f"{strict.url}/hrss/refunds", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"].endswith(".")
    assert outcomes(strict)[-1] == code


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b""])
def test_what_is_not_json_is_refused(strict, body):
    headers = signed("hrss", f"{NUMBER}-1", body)
    answer = http.post(f"{strict.url}/hrss/refunds", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not_json")


def test_the_webhook_id_must_be_the_instruction_id(strict):
    body = encode(instruction())
    headers = signed("hrss", f"{NUMBER}-2", body)
    answer = http.post(f"{strict.url}/hrss/refunds", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "webhook_id_differs")


def test_a_body_over_eight_megabytes_is_refused_unread(strict):
    answer = http.post(f"{strict.url}/hrss/refunds", content=b" " * (8 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["/", "/refunds", "/hrss/", "/hrss/refunds/", "/tax/refunds", "/control/x"])
def test_an_unknown_path_is_not_found_and_the_connection_lives_on(strict, path):
    answers = [
        http.post(strict.url + path, content=b"{}"),
        http.get(strict.url + path),
        http.get(f"{strict.url}/healthz"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 200]
    assert len({answer.extensions["network_stream"].get_extra_info("client_addr") for answer in answers}) == 1


# Telling the portal


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
    assert bool(last["reason_code"]) == bool(reason)
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
    assert [(callback.event, callback.told_after) for callback in plan("hrss", "88", delay=3, silence=60)] == [
        ("accepted", 3),
        ("paid", 6),
    ]
    assert [callback.told_after for callback in plan("hrss", "03", delay=3, silence=60)] == [60, 63]


# Remembering


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


def test_reconciliation_pages_by_key(mock):
    ids = [f"{NUMBER}-{number}" for number in (3, 1, 2, 5, 4)]
    for instruction_id in ids:
        send(mock, instruction(instruction_id=instruction_id))
    listed, after, pages = [], "", 0
    while pages == 0 or after:
        page = list_refunds(mock, limit=2, after=after).json()
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
    ("params", "code"),
    [
        ({"since": "2026-11-21T10:00:00"}, "bad_since"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "bad_since"),
        ({"limit": "0"}, "bad_limit"),
        ({"limit": "501"}, "bad_limit"),
        ({"limit": "9" * 5000}, "bad_limit"),
        ({"after": "YL1-1"}, "unknown_after"),
    ],
)
def test_reconciliation_refuses_a_question_it_cannot_answer(strict, params, code):
    answer = list_refunds(strict, **params)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_reconciliation_needs_a_signature(strict):
    assert http.get(f"{strict.url}/hrss/refunds").status_code == 401


# Misbehaving


@pytest.mark.parametrize(
    ("fault", "status"),
    [("server_error", 500), ("throttle", 429), ("bad_request", 400), ("garbage", 200), ("redirect", 302)],
)
def test_a_faulty_answer_is_given_as_often_as_ordered_and_takes_nothing(mock, fault, status):
    assert order(mock, fault, 2).status_code == 200
    answers = [send(mock, instruction()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status] * 2
    assert seen(mock)["instructions"] == []
    assert send(mock, instruction()).status_code == 202
    assert outcomes(mock) == [fault, fault, "received"]


def test_a_throttling_agency_says_when_to_come_back(mock):
    order(mock, "throttle")
    assert send(mock, instruction()).headers["retry-after"] == "1"


def test_garbage_is_never_json(mock):
    order(mock, "garbage")
    with pytest.raises(UnicodeDecodeError):
        send(mock, instruction()).json()


def test_a_reset_connection_gives_no_answer_and_takes_nothing(mock):
    order(mock, "reset", 1)
    with pytest.raises(httpx.ReadError):
        send(mock, instruction())
    assert seen(mock)["instructions"] == []


def test_a_lost_answer_can_be_asked_for_again(mock, portal):
    order(mock, "accept_then_drop", 1)
    with pytest.raises(httpx.RemoteProtocolError):
        send(mock, instruction())
    assert send(mock, instruction()).json()["receipt"] == "HRSS-000001"
    assert outcomes(mock) == ["received, accept_then_drop", "repeated"]
    assert told(portal, 2) == ["accepted", "paid"]


def test_a_timing_out_agency_holds_the_connection_and_takes_nothing(mock):
    order(mock, "timeout", 1)
    with pytest.raises(httpx.ReadTimeout):
        send(mock, instruction(), timeout=0.2)
    assert outcomes(mock) == ["timeout"]
    assert seen(mock)["instructions"] == []


def test_a_silent_agency_answers_but_tells_nothing_until_it_speaks_again(mock, portal):
    order(mock, "silent")
    assert send(mock, instruction()).status_code == 202
    time.sleep(0.2)
    assert portal.calls == []
    assert list_refunds(mock).json()["refunds"][0]["state"] == "paid"
    order(mock, "none")
    assert told(portal, 2) == ["accepted", "paid"]


def test_silence_can_be_ordered_for_a_number_of_instructions(mock, portal):
    order(mock, "silent", 1)
    send(mock, instruction())
    send(mock, instruction("01", f"{NUMBER}-2"))
    assert told(portal, 1) == ["refused"]


def test_the_callback_can_come_before_the_answer(mock, portal):
    order(mock, "callback_first", 1)
    assert send(mock, instruction()).status_code == 202
    assert portal.events()[0]["event"] == "accepted"


def test_a_fault_stays_with_its_agency_until_changed(mock):
    order(mock, "server_error")
    assert [send(mock, instruction()).status_code for _ in range(3)] == [500] * 3
    assert list_refunds(mock).status_code == 500
    assert send(mock, instruction(), "medical").status_code == 202
    order(mock, "none")
    assert send(mock, instruction()).status_code == 202


@pytest.mark.parametrize(
    "wish",
    [[], {"agency": "tax", "fault": "none"}, {"agency": "hrss", "fault": []}, {"agency": "hrss", "fault": "x"}]
    + [{"agency": "hrss", "fault": "reset", "times": times} for times in (0, True, "1")],
)
def test_an_order_that_makes_no_sense_is_refused(strict, wish):
    assert http.post(f"{strict.url}/control", json=wish).status_code == 400


# Coming and going


def test_stopping_does_not_wait_for_a_held_connection(portal, tmp_path):
    mock = open_mock(portal.url, tmp_path)
    with mock, ThreadPoolExecutor(1) as pool:
        order(mock, "timeout")
        held = pool.submit(send, mock, instruction())
        eventually(lambda: outcomes(mock))
        began = time.monotonic()
        mock.__exit__()
        assert isinstance(held.exception(timeout=1), httpx.TransportError)
        assert time.monotonic() - began < 1
        mock.start()  # for the with statement to stop


def environment(folder: Path) -> dict:
    return {
        "PATH": os.environ["PATH"],
        "MOCK_PORT": "0",
        "MOCK_DATABASE": str(folder / "mock.sqlite3"),
        "PORTAL_URL": "http://127.0.0.1:9",
        "AGENCY_HRSS_SECRETS": f"{SECRETS['hrss']},whsec_b2xkb2xkb2xkb2xkb2xkb2xk",
        "AGENCY_MEDICAL_SECRETS": SECRETS["medical"],
    }


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_leaves_within_a_second_with_code_0(tmp_path, signal_number):
    command = [sys.executable, "-m", "handoff.mock_agencies", "--delay", "0"]
    env = environment(tmp_path)
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as process:
        url = re.search(r"at (http://[0-9.:]+),", process.stderr.readline())[1]
        body = encode(instruction())
        headers = signed("hrss", f"{NUMBER}-1", body)
        assert http.post(f"{url}/hrss/refunds", content=body, headers=headers).status_code == 202
        began = time.monotonic()
        process.send_signal(signal_number)
        errors = process.communicate(timeout=5)[1]
        assert time.monotonic() - began < 1
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert ACCOUNT[:-2] not in errors


def run_command(env: dict) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "handoff.mock_agencies"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=5, check=False)


def test_the_command_says_which_secret_is_missing(tmp_path):
    result = run_command(environment(tmp_path) | {"AGENCY_MEDICAL_SECRETS": ""})
    assert result.returncode == 2
    assert "AGENCY_MEDICAL_SECRETS is not set" in result.stderr


def test_the_command_says_that_its_port_is_taken(tmp_path, mock):
    result = run_command(environment(tmp_path) | {"MOCK_PORT": mock.url.rpartition(":")[2]})
    assert result.returncode == 1
    assert "cannot start on 127.0.0.1:" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_mock_knows_nothing_of_django():
    check = "import sys, handoff.mock_agencies; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, timeout=5, check=False).returncode == 0

"""How the mock agencies misbehave when told to, and how they come and go."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.handoff.desk import (
    ACCOUNT,
    NUMBER,
    ROOT,
    SECRETS,
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
    with ThreadPoolExecutor(1) as pool:
        with open_mock(portal.url, tmp_path) as mock:
            order(mock, "timeout")
            held = pool.submit(send, mock, instruction())
            eventually(lambda: outcomes(mock))
            began = time.monotonic()
        assert isinstance(held.exception(timeout=1), httpx.TransportError)
        assert time.monotonic() - began < 1


def test_stopping_leaves_no_thread_and_the_unfinished_delivery_for_the_next_start(portal, tmp_path):
    answered = threading.Event()
    portal.answers = [lambda: 204 if answered.wait(2) else 500]
    before = threading.enumerate()
    with open_mock(portal.url, tmp_path) as mock:
        send(mock, instruction("01"))
        eventually(lambda: portal.calls)
        (thread,) = [one for one in threading.enumerate() if one.name == "agencies" and one not in before]
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert not thread.is_alive()
    with mock:
        assert told(portal, 2) == ["refused", "refused"]
    answered.set()
    assert len({headers["webhook-id"] for _, headers, _ in portal.calls}) == 1


def test_a_portal_that_hangs_up_halfway_leaves_no_trace(mock, caplog):
    with socket.create_connection(mock.url.removeprefix("http://").split(":")) as portal:
        portal.sendall(b"POST /hrss/refunds HTTP/1.1\r\nHost: agency\r\nContent-Length: 9\r\n\r\nhalf")
    assert send(mock, instruction()).status_code == 202
    assert outcomes(mock) == ["received"]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_what_fails_inside_is_logged_without_a_word_of_the_request(mock, caplog, monkeypatch):
    monkeypatch.setattr("mock_agencies.desk.plan", lambda agency, account, *rest, **times: int(account + "x"))
    assert send(mock, instruction()).status_code == 500
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.getMessage().startswith("ValueError\n")
    assert ACCOUNT[:-2] not in caplog.text


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
    command = [sys.executable, "-m", "mock_agencies"]
    env = environment(tmp_path) | {"MOCK_DELAY": "0"}
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
    command = [sys.executable, "-m", "mock_agencies"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=5, check=False)


def test_the_command_says_which_secret_is_missing(tmp_path):
    result = run_command(environment(tmp_path) | {"AGENCY_MEDICAL_SECRETS": ""})
    assert result.returncode == 1
    assert "AGENCY_MEDICAL_SECRETS is not set" in result.stderr


def test_the_command_says_that_its_port_is_taken(tmp_path, mock):
    result = run_command(environment(tmp_path) | {"MOCK_PORT": mock.url.rpartition(":")[2]})
    assert result.returncode == 1
    assert "cannot start on port" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_mock_knows_nothing_of_django():
    check = "import sys, mock_agencies; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, timeout=5, check=False).returncode == 0

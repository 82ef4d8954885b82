"""What an agency may answer with: whatever it is, a send ends in time and with an answer, never with an exception."""

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from django.db import connection

from foundation.wire import http
from handoff import deliveries
from handoff.models import Delivery, DeliveryStatus
from handoff.wire import client
from refunds import actions
from tests.conftest import make_cast
from tests.jobs import run_queued
from tests.pension.factories import submitted

END = b"\r\n\r\n"
RECEIPT = b'{"receipt": "HRSS-1"}'


class Line:
    """A server that says byte for byte what it is bidden, to whoever comes."""

    def __init__(self, say, pause=0.0):
        self.say, self.pause, self.calls = say, pause, 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                peer, _address = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer):
        with peer:
            try:
                heard = peer.recv(65536)
                # The whole request, or the answer would meet a reset.
                while int(heard.lower().partition(b"content-length: ")[2].split()[0]) > len(heard.partition(END)[2]):
                    heard += peer.recv(65536)
                for piece in self.say(self):
                    peer.sendall(piece)
                    time.sleep(self.pause)
            except OSError:
                return

    def close(self):
        self._socket.close()


@pytest.fixture
def says(settings):
    lines = []

    def listen(say, pause=0.0):
        line = Line(say if callable(say) else lambda line: [say], pause)
        lines.append(line)
        settings.AGENCIES = {**settings.AGENCIES, "hrss": {**settings.AGENCIES["hrss"], "url": line.url}}
        settings.AGENCY_TIMEOUT_SECONDS = 1
        return line

    yield listen
    for line in lines:
        line.close()


def whole(body, status="202 Accepted", headers=""):
    return f"HTTP/1.1 {status}\r\n{headers}content-length: {len(body)}\r\n\r\n".encode() + body


def send():
    return client.send("hrss", "YL000-1", "{}")


def test_a_receipt_is_a_receipt(says):
    says(whole(RECEIPT))
    assert send().receipt == "HRSS-1"


DRIPS = {
    "header": lambda line: [b"HTTP/1.1 202 Accepted\r\n", *[f"x-{n}: 1\r\n".encode() for n in range(1000)]],
    "body": lambda line: [b"HTTP/1.1 202 Accepted\r\ncontent-length: 9999\r\n\r\n", *[b" "] * 1000],
}


@pytest.mark.parametrize("drip", DRIPS)
def test_a_dripped_answer_does_not_hold_us(says, drip):
    says(DRIPS[drip], pause=0.1)
    begin = time.monotonic()
    answer = send()
    assert time.monotonic() - begin < 2
    assert (answer.receipt, answer.held, answer.text) == ("", False, "没有应答（TimeoutError）")


def test_an_answer_without_end_is_cut_and_unknown(says):
    line = says(lambda line: [b"HTTP/1.1 202 Accepted\r\n\r\n" + RECEIPT, *[b" " * 65536] * 10_000])
    answer = send()
    assert (answer.receipt, answer.held) == ("", False)
    assert "1 MB" in answer.text
    assert line.calls == 1


def test_a_long_refusal_is_unknown_too(says):
    says(whole(b" " * (http.MAX_ANSWER + 1), "400 Bad Request"))
    assert not send().held


def test_a_redirect_is_not_followed(says):
    line = says(lambda line: [whole(b"", "307 Temporary Redirect", f"location: {line.url}/elsewhere\r\n")])
    assert "307" in send().text
    assert line.calls == 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"receipt": null}',
        b'{"receipt": ""}',
        b'{"receipt": 7}',
        b'{"receipt": ["HRSS-1"]}',
        b'{"receipt": "HRSS\\u0000"}',
        b'{"receipt": "\\ud800"}',
        b'{"receipt": "' + b"9" * 41 + b'"}',
        b'["receipt"]',
        b"null",
        b"\xff\xfe",
        b"9" * 5000,
        b'{"receipt": ' + b"[" * 200_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_receipt_is_unknown(says, body):
    says(whole(body))
    answer = send()
    assert (answer.receipt, answer.held, answer.text) == ("", False, "应答 202，但没有回执")


def test_packed_bytes_are_not_unpacked(says):
    says(whole(b"\x1f\x8b" + b"\0" * 100, headers="content-encoding: gzip\r\n"))
    assert send().receipt == ""


@pytest.mark.parametrize("message", ['"\\u0000不符\\ud800"', "null", "7", "[" * 100_000], ids=lambda text: text[:9])
def test_the_words_of_a_refusal_can_be_kept(says, message):
    says(whole(f'{{"error": {{"message": {message}}}}}'.encode(), "400 Bad Request"))
    answer = send()
    assert answer.held
    assert "\0" not in answer.text
    assert answer.text.encode()


def retry_after(value, status=429):
    return client._read(httpx.Response(status, headers=[(b"retry-after", value.encode())])).retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("90", 90),
        ("0", 0),
        ("86401", 86400),
        ("9" * 18, 86400),
        ("9" * 5000, 0),
        ("²", 0),
        ("٣", 0),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
    ]
    + [("", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Fri, 31 Dec 9999 23:59:59 GMT", 86400), ("Fri, 99 Dec", 0)]
    + [("Fri, 31 Dec 9999 23:59:59 -2359", 86400), ("Wed, 21 Oct 2015 07:28:00 -0000", 0)],
)
def test_when_to_come_back(value, seconds):
    assert retry_after(value) == seconds


def test_when_to_come_back_as_a_date():
    assert 88 <= retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True), 503) <= 91


def test_one_client_keeps_its_connection(agency):
    made = []
    init = httpx.AsyncClient.__init__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.AsyncClient, "__init__", lambda self, **kw: (made.append(1), init(self, **kw))[1])
        threads = [threading.Thread(target=send) for _ in range(5)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert len(made) <= 1  # none, where another test has made it


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_the_agency_thinks(monkeypatch):
    cast = make_cast()
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    delivery = Delivery.objects.get()
    seen = []

    def think(*args):
        stats = connection.pool.get_stats()
        seen.append((connection.connection, stats["pool_size"] - stats["pool_available"]))
        return client.Answer("", receipt="R1")

    monkeypatch.setattr(client, "send", think)
    assert connection.connection is not None
    deliveries.send(delivery.pk)
    assert seen == [(None, 0)]
    assert Delivery.objects.get().status == DeliveryStatus.ACKNOWLEDGED


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b'{"receipt": "\\u0000"}', b'{"receipt": "\\ud800"}', b'{"receipt": null}'])
def test_no_answer_breaks_the_job(cast, says, body):
    says(whole(body))
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    run_queued()
    assert Delivery.objects.get().status == DeliveryStatus.UNKNOWN

"""A portal's side of the counter, for the tests of the mock agencies: what is sent, and what comes back."""

import base64
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from standardwebhooks import Webhook

from mock_agencies import MockAgencies

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
    headers = signed(agency, str(message.get("instruction_id", "none")), body) | options.pop("headers", {})
    return http.post(f"{mock.url}/{agency}/refunds", content=body, headers=headers, **options)


def list_refunds(mock: MockAgencies, agency: str = "hrss", **params) -> httpx.Response:
    """Those of today, unless another day is asked for."""
    url = f"{mock.url}/{agency}/refunds"
    return http.get(url, params={"day": today()} | params, headers=signed(agency, "list-1"))


def ask(mock: MockAgencies, instruction_id: str = f"{NUMBER}-1", agency: str = "hrss", **options) -> httpx.Response:
    headers = signed(agency, "ask-1") | options.pop("headers", {})
    return http.get(f"{mock.url}/{agency}/refunds/{instruction_id}", headers=headers, **options)


def cancel(mock: MockAgencies, instruction_id: str = f"{NUMBER}-1", agency: str = "hrss", **options) -> httpx.Response:
    body = encode({"instruction_id": instruction_id})
    headers = signed(agency, "cancel-1", body) | options.pop("headers", {})
    url = f"{mock.url}/{agency}/refunds/{instruction_id}/cancel"
    return http.post(url, content=body, headers=headers, **options)


def add_event(mock: MockAgencies, event: str, instruction_id: str = f"{NUMBER}-1", **said) -> httpx.Response:
    """What the control is told to let happen, at HRSS unless said otherwise."""
    wish = {"agency": "hrss", "instruction_id": instruction_id, "event": event} | said
    return http.post(f"{mock.url}/control/event", json=wish)


def today() -> str:
    """The day at the agencies, in Beijing."""
    return datetime.now(timezone(timedelta(hours=8))).date().isoformat()


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
    time.sleep(0.1)  # room for one call too many
    return [event["event"] for event in portal.events()]

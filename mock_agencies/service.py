"""The HTTP side: which path leads where, and what a told-to-misbehave agency does to the connection."""

import json
import logging
import os
import socket
import struct
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from .faults import AFTER_TAKING, BREAKDOWNS
from .ledger import Request
from .messages import Refusal
from .server import MAX_BODY, MAX_DRAIN

log = logging.getLogger("mock_agencies.service")

HANG = 30.0
LOOK_AGAIN = 0.01
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Handler(BaseHTTPRequestHandler):
    """One connection. MockAgencies makes a subclass of this that knows its parts."""

    desk = ledger = outbox = courier = faults = None
    agencies: tuple[str, ...] = ()

    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1  # head and body leave in one packet
    disable_nagle_algorithm = True

    def do_GET(self):
        self._handle({"/healthz": self._healthz, "/control/seen": self._seen}, self._list_refunds)

    def do_POST(self):
        self._handle({"/control": self._control}, self._take_refund)

    # Routing

    def _handle(self, pages: dict, refunds) -> None:
        try:
            body = self._read_body()
            path = urlsplit(self.path).path
            agency = next((name for name in self.agencies if path == f"/{name}/refunds"), None)
            if agency:
                refunds(Request(agency, self.headers.get("webhook-id", ""), body))
            elif path in pages:
                pages[path](body)
            else:
                raise Refusal(404, "not_found", "There is nothing at this path.")
        except Refusal as refusal:
            self._answer(refusal.status, refusal.as_json())

    # Pages

    def _healthz(self, body: bytes) -> None:
        self._answer(200, {"status": "ok"})

    def _control(self, body: bytes) -> None:
        try:
            order = json.loads(body)
        except (ValueError, RecursionError):
            raise Refusal(400, "not_json", "The body is not JSON.") from None
        agency, fault, times = self.faults.set(order)
        self.outbox.release(agency)
        if fault == "silent" and times is None:
            self.outbox.hold(agency)
        self.courier.wake()
        log.info("%s told to show fault %s, times %s", agency, fault, times)
        self._answer(200, {"agency": agency, "fault": fault, "times": times})

    def _seen(self, body: bytes) -> None:
        seen = {"requests": self.ledger.requests(), "instructions": self.ledger.instructions()}
        self._answer(200, seen | {"events": self.outbox.events()})

    def _list_refunds(self, request: Request) -> None:
        fault = self.faults.take(request.agency, BREAKDOWNS)
        if fault:
            self._break_down(request.agency, fault)
        else:
            self._answer(200, self.desk.list(request, self.headers, urlsplit(self.path).query))

    def _take_refund(self, request: Request) -> None:
        fault = self.faults.take(request.agency, BREAKDOWNS | AFTER_TAKING)
        if fault in BREAKDOWNS:
            self.desk.note(request, fault)
            self._break_down(request.agency, fault)
        else:
            self._give_receipt(request, fault)

    def _give_receipt(self, request: Request, fault: str) -> None:
        receipt = self.desk.take(request, self.headers, fault=fault)
        self.courier.wake()
        log.info("%s %s: %s", request.agency, receipt["instruction_id"], receipt["receipt"])
        if fault == "callback_first":
            self._wait_for_callback(request)
        if fault == "accept_then_hang":
            self._show_timeout()
        elif fault == "accept_then_drop":
            self._hang_up()
        else:
            self._answer(202, receipt)

    # Misbehaving

    def _break_down(self, agency: str, fault: str) -> None:
        log.info("%s shows fault %s", agency, fault)
        getattr(self, f"_show_{fault}")()

    def _show_timeout(self) -> None:
        self.server.stopping.wait(HANG)
        self._hang_up()

    def _show_reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.connection.close()
        self._hang_up()

    def _show_garbage(self) -> None:
        self._send(200, b"\xff\xff" + os.urandom(98))  # no JSON in any encoding begins like this

    def _show_server_error(self) -> None:
        self._answer(500, Refusal(500, "server_error", "The agency's system is down.").as_json())

    def _show_throttle(self) -> None:
        too_many = Refusal(429, "too_many_requests", "Too many requests; try again after a second.")
        self._answer(429, too_many.as_json(), {"Retry-After": "1"})

    def _show_bad_request(self) -> None:
        self._answer(400, Refusal(400, "bad_request", "The agency does not accept this request.").as_json())

    def _show_redirect(self) -> None:
        host, port = self.server.server_address[:2]
        self._send(302, b"", {"Location": f"http://{host}:{port}/healthz"})  # whoever follows it meets a 200

    def _wait_for_callback(self, request: Request) -> None:
        """The portal hears the result before it hears that its own request was taken."""
        for _ in range(int(HANG / LOOK_AGAIN)):
            if self.outbox.called_back(request.agency, request.webhook_id) or self.server.stopping.wait(LOOK_AGAIN):
                return

    # Reading and writing

    def _read_body(self) -> bytes:
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self.close_connection = True
            raise Refusal(411, "length_required", "The request needs a Content-Length.")
        if len(length) > 12 or int(length) > MAX_BODY:
            self.close_connection = True
            self._drain(int(length[:12]))
            raise Refusal(413, "too_large", f"The body is larger than {MAX_BODY} bytes.")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionAbortedError
        return body

    def _drain(self, length: int) -> None:
        """Read on for a while: closing with unread input would reset the connection before the answer arrives."""
        left = min(length, MAX_DRAIN)
        while left > 0 and (piece := self.rfile.read(min(left, 65536))):
            left -= len(piece)

    def _answer(self, status: int, content: dict, headers: dict | None = None) -> None:
        self._send(status, json.dumps(content, ensure_ascii=False).encode(), headers)

    def _send(self, status: int, body: bytes, headers: dict | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, format, *args):
        """Says nothing: the standard lines quote the request line, and a path can hold anything."""

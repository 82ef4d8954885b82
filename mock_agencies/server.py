"""A threaded HTTP server that can be stopped at once without cutting off an answer that is being written."""

import logging
import socket
import sys
import threading
import traceback
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn

log = logging.getLogger("mock_agencies.server")

MAX_BODY = 8 * 1024 * 1024
MAX_DRAIN = 64 * 1024 * 1024
POLL = 0.02


class Server(ThreadingMixIn, TCPServer):
    """Not http.server's own: that one asks the name service for its host name when it starts."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]):
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(address, handler)
        self._listener = threading.Thread(target=self.serve_forever, args=(POLL,), name="listener", daemon=True)

    def start(self) -> None:
        self._listener.start()

    def stop(self, patience: float) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()
        with self._changed:
            for connection in self._open:
                _stop_reading(connection)
            self._changed.wait_for(lambda: not self._open, patience)

    def process_request(self, request, client_address):
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request, client_address):
        """Where it failed, without the message of the exception: that could quote a request."""
        kind, _, trace = sys.exc_info()
        if not issubclass(kind, ConnectionError):
            log.error("%s\n%s", kind.__name__, "".join(traceback.format_tb(trace)))


def _stop_reading(connection: socket.socket) -> None:
    """The thread at the other end of this socket sees the end of input once it has written its answer."""
    with suppress(OSError):  # already gone
        connection.shutdown(socket.SHUT_RD)

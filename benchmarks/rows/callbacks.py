"""Results come back: signed messages verified, stored and queued, per second; beside a POST that is answered and no more, and
one that stores its body in a row of a table without index and says so: what is left is the message's own.

All go through the whole portal, from the WSGI door inwards, in as many threads as a worker of the server has (`deploy/`): no
client or socket of ours is measured. The messages are written and signed before the clock runs.
"""

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from benchmarks.measuring import Sample, Side, Stopwatch

SIZE = 400
AIM = 0.6
RATIOS = {
    "a callback / a hello": ("ours", "hello"),
    "a stored row / a hello": ("row", "hello"),
    "a callback / a stored row": ("ours", "row"),
}
THREADS = 4
AGENCY = "hrss"

Environ = dict[str, Any]


@contextmanager
def sides(size: int) -> Iterator[dict[str, Side]]:
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings

    from benchmarks.rows import ground

    doors = override_settings(
        ROOT_URLCONF="benchmarks.rows.hello", ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False
    )
    with doors, ground.kept(), ground.table("benchmark_row (body bytea)"), ThreadPoolExecutor(THREADS) as threads:
        door = Door(get_wsgi_application(), threads)
        agency = Agency()
        yield {
            "ours": lambda: door.send(agency.messages(size)),
            "hello": lambda: door.send([_request("/hello/", b"{}", {})] * size),
            "row": lambda: door.send([_request("/row/", b"{}" * 100, {})] * size),
        }
        agency.check()


class Door:
    """The portal, as its server calls it."""

    def __init__(self, application: Callable[..., Any], threads: ThreadPoolExecutor):
        self._application, self._threads = application, threads

    def send(self, requests: list[Environ]) -> Sample:
        with Stopwatch() as watch:
            answers = list(self._threads.map(self._answer, requests))
        if wrong := [answer for answer in answers if not answer.startswith("202")]:
            raise RuntimeError(f"{len(wrong)} of {len(requests)} were answered {wrong[0]}")
        return watch.sample(len(requests))

    def _answer(self, request: Environ) -> str:
        said = []
        body = self._application(
            request | {"wsgi.input": io.BytesIO(request["body"])}, lambda status, headers, *error: said.append(status)
        )
        b"".join(body)
        body.close()
        return said[0]


class Agency:
    """Reports results of instructions that nobody else speaks of, each once."""

    def __init__(self) -> None:
        self._told = 0

    def messages(self, count: int) -> list[Environ]:
        return [self._message() for _ in range(count)]

    def check(self) -> None:
        """Each was stored, and will be applied."""
        from procrastinate.contrib.django.models import ProcrastinateJob

        from handoff.models import Callback

        counts = [Callback.objects.count(), ProcrastinateJob.objects.filter(task_name="handoff.apply_callback").count()]
        if counts != [self._told] * 2:
            raise RuntimeError(f"{self._told} were told; stored, queued: {counts}")

    def _message(self) -> Environ:
        from handoff.wire.client import signature

        self._told += 1
        instruction = f"YL20261120{self._told:07d}-1"
        said = {"event": "paid", "instruction_id": instruction, "sequence": 2, "amount": "1000.00", "reason": ""}
        said |= {"occurred_at": "2026-11-20T12:00:00+08:00", "paid_on": "2026-11-20", "lines": []}
        body = json.dumps(said)
        return _request(f"/handoff/callbacks/{AGENCY}/", body.encode(), signature(AGENCY, f"m-{self._told}", body))


def _request(path: str, body: bytes, headers: dict[str, str]) -> Environ:
    given = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
    return given | {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.42.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "body": body,
    }

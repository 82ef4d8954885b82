"""The HTTP server of both agencies, their control and their page, open to this machine alone."""

import logging
import traceback
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from .desk import MAX_BODY, log

HOST = "127.0.0.1"  # nobody asks who may say how the agencies misbehave, so nobody from elsewhere is heard
PATIENCE = 0.1  # for answers that are being written when the service is to stop; aiohttp takes it twice


@asynccontextmanager
async def serve(port: int, parts: Iterable[Callable[[web.Application], None]]) -> AsyncIterator[str]:
    """Answer as long as the context lasts; gives the URL."""
    app = web.Application(client_max_size=MAX_BODY)
    for add_to in parts:
        add_to(app)
    runner = web.AppRunner(app, access_log=None, logger=log, shutdown_timeout=PATIENCE)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _without_message(record: logging.LogRecord) -> bool:
    """Where it failed, without the message of the exception: that could quote a request.

    A portal that hangs up is no failure of ours.
    """
    if record.exc_info and record.exc_info[0]:
        kind, _, trace = record.exc_info
        record.msg, record.args = "%s\n%s", (kind.__name__, "".join(traceback.format_tb(trace)))
        record.exc_info = None
        return not issubclass(kind, ConnectionError)
    return True


log.addFilter(_without_message)

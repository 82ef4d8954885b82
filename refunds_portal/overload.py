"""More comes than can be answered: who has waited for too long already is told so at once, instead of everybody waiting for ever.

Behind the proxy, which says in `X-Request-Start` when it passed a request on, waiting shows how full the portal is, whatever it is full
of. To turn somebody away costs a tenth of a millisecond, so the queue is short again within seconds, and who is let in is answered as
always. Nothing has been done of what is turned away; and an agency's message, a watchman's look and a page's own files never are.
"""

import random
import re
import time
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.template.loader import get_template
from prometheus_client import Counter

# Seconds after which it is too late, by who asks. What somebody typed waits longest: for a page one asks again.
STRANGER, SIGNED_IN, SENT = "stranger", "signed_in", "sent"
AT_MOST = {STRANGER: 0.5, SIGNED_IN: 2, SENT: 10}
# Beyond this it is no waiting: the proxy gives up before, so two clocks disagree.
NO_WAIT = 60
# Seconds until a program may ask again. A page does so by itself, not all at the same moment.
AGAIN, SPREAD = 10, (8, 18)
# As everywhere (settings.py), though no middleware has seen this.
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Retry-After": str(AGAIN),
}
NEVER = ("/handoff/", settings.STATIC_URL, "/healthz", "/readyz", "/metrics")
START = re.compile(r"(?:t=)?(\d{1,12}(?:\.\d{1,6})?)")

TURNED_AWAY = Counter(
    "portal_turned_away_total", "Requests that waited for too long before they were looked at.", ["who"]
)


class Shedding:
    """In front of the whole application."""

    def __init__(self, application: WSGIApplication, clock: Callable[[], float] = time.time):
        self._application, self._clock = application, clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        who = _who(environ)
        if not AT_MOST[who] < self._waited(environ) < NO_WAIT or environ["PATH_INFO"].startswith(NEVER):
            return self._application(environ, start_response)
        TURNED_AWAY.labels(who=who).inc()
        body = get_template("errors/overload.jinja").render({"sent": who == SENT}).encode()
        headers = HEADERS | {"Content-Length": str(len(body))}
        if who != SENT:
            headers["Refresh"] = str(random.randint(*SPREAD))  # noqa: S311 - nothing that anybody could gain by guessing
        start_response("503 Service Unavailable", list(headers.items()))
        return [body]

    def _waited(self, environ: WSGIEnvironment) -> float:
        """Seconds; 0 where no proxy says."""
        said = START.fullmatch(environ.get("HTTP_X_REQUEST_START", ""))
        return self._clock() - float(said[1]) if said else 0


def _who(environ: WSGIEnvironment) -> str:
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return SENT
    return SIGNED_IN if f"{settings.SESSION_COOKIE_NAME}=" in environ.get("HTTP_COOKIE", "") else STRANGER

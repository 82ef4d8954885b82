"""What holds for every request and answer of the portal."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

import pghistory
import structlog
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_structlog.middlewares import RequestMiddleware

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Of a request whose address nobody can tell: one address, so that these are counted together.
UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing listens there


class LogMiddleware(RequestMiddleware):
    """A log line for each request, with whose it is where the page has asked that; a log line never asks the database.

    Else the line about a database that is away would wait for it once more, and fail instead of the page. Its address is the one
    that is counted and kept.
    """

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=address_of(request))

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        if hasattr(request, "_cached_user"):
            RequestMiddleware.bind_user_id(request)


class PrivatePagesMiddleware:
    """Nothing of a signed-in page stays in a shared computer's cache (ASVS 14.3.2)."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


class PlainTextMiddleware:
    """Forms are UTF-8. Another charset could smuggle in text that the database cannot hold."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        charset = request.content_params.get("charset", "utf-8").lower() if request.content_params else "utf-8"
        if charset not in ("utf-8", "utf8"):
            raise BadRequest(f"charset {charset[:20]!r}")
        return self.get_response(request)


class OriginMiddleware:
    """What changes during a request is written into the history with where it came from."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with pghistory.context(address=address_of(request), path=request.path):
            return self.get_response(request)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: for the log, the lockout and every history. What a hop that is not ours claims is not believed.

    Behind a proxy it is the last address of X-Forwarded-For that is no proxy of ours. A hop that says nothing usable stands for
    its clients, so that they are counted together and never not at all.
    """
    here = folded_address(request.META.get("REMOTE_ADDR", "")) or UNKNOWN_ADDRESS
    for said in reversed(request.headers.get("x-forwarded-for", "").split(",")):
        client = folded_address(said) if _is_ours(here) else ""
        if not client:
            break
        here = client
    return here


def folded_address(said: str) -> str:
    """An address as it is counted: without a port, brackets or zone, IPv4 inside IPv6 as IPv4. Empty for what is none."""
    text = said.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def _is_ours(address: str) -> bool:
    return settings.BEHIND_PROXY and any(ip_address(address) in ip_network(hop) for hop in settings.TRUSTED_PROXIES)

"""What holds for every request and answer of the portal."""

from collections.abc import Callable

import pghistory
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_structlog.middlewares import RequestMiddleware

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class LogMiddleware(RequestMiddleware):
    """A log line for each request, with whose it is where the page has asked that; a log line never asks the database.

    Else the line about a database that is away would wait for it once more, and fail instead of the page.
    """

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
    """The client's address; behind a proxy, the one that the proxy itself saw (the last of X-Forwarded-For)."""
    if settings.BEHIND_PROXY:
        forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    address: str = request.META.get("REMOTE_ADDR", "")
    return address

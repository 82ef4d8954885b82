"""What holds for every request and answer of the portal."""

import pghistory
from django.conf import settings
from django.core.exceptions import BadRequest


class PrivatePagesMiddleware:
    """Nothing of a signed-in page stays in a shared computer's cache (ASVS 14.3.2)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


class PlainTextMiddleware:
    """Forms are UTF-8. Another charset could smuggle in text that the database cannot hold."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        charset = request.content_params.get("charset", "utf-8").lower() if request.content_params else "utf-8"
        if charset not in ("utf-8", "utf8"):
            raise BadRequest(f"charset {charset[:20]!r}")
        return self.get_response(request)


class OriginMiddleware:
    """What changes during a request is written into the history with where it came from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with pghistory.context(address=address_of(request), path=request.path):
            return self.get_response(request)


def address_of(request) -> str:
    """The client's address; behind a proxy, the one that the proxy itself saw (the last of X-Forwarded-For)."""
    if settings.BEHIND_PROXY:
        forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.META.get("REMOTE_ADDR", "")

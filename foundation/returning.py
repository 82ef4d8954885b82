"""The way back: somebody who was led away from her work (to report an account first) is led back to the very item.

The manual jumps to 首页 after a report and makes people search again (M2-11); 首页 then shows 返回继续退费 (I-42).
"""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from foundation.fragments import Request

# Of an address with as many ticked payments as one form takes.
LONGEST = 8000
WANTED, READY = "return_wanted", "return_ready"


def remember(request: HttpRequest, address: str) -> None:
    """Keep where somebody came from. An address that is not the portal's own is not kept."""
    if address.startswith("/") and len(address) <= LONGEST and url_has_allowed_host_and_scheme(address, None):
        request.session[WANTED] = address


def wanted(request: HttpRequest) -> str:
    """Where the person came from, or an empty string."""
    address: str = request.session.get(WANTED, "")
    return address


def offer(request: HttpRequest) -> None:
    """What she was led away for is done: 首页 offers the way back."""
    if address := request.session.pop(WANTED, ""):
        request.session[READY] = address


def offered(request: HttpRequest) -> str:
    """The way back that 首页 shows, or an empty string."""
    address: str = request.session.get(READY, "")
    return address


def arrived(request: HttpRequest) -> None:
    """The work that was left is done, so no way back is offered any more."""
    request.session.pop(READY, None)


def page_of(request: Request) -> str:
    """The page this request was made on: where to come back to."""
    try:
        return _page_of(request)
    except ValueError:  # an address in a header that is none
        return "/"


def _page_of(request: Request) -> str:
    if request.htmx:
        return request.htmx.current_url_abs_path or "/"
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from._replace(scheme="", netloc="").geturl() if came_from.netloc == request.get_host() else "/"

"""More comes than can be answered: who waited for too long is told at once, and nothing that must arrive is turned away."""

import pytest
from django.conf import settings

from refunds_portal.overload import Shedding

NOW = 1_800_000_000.0
SESSION = f"{settings.SESSION_COOKIE_NAME}=abc"


def application(environ, start_response):
    start_response("200 OK", [])
    return [b"answered"]


def asked(waited: str | float | None, path="/", method="GET", cookie=""):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_COOKIE": cookie}
    if waited is not None:
        environ["HTTP_X_REQUEST_START"] = f"{NOW - waited:.3f}" if isinstance(waited, float) else waited
    said = {}
    body = Shedding(application, lambda: NOW)(environ, lambda status, headers: said.update(headers, status=status))
    return said, b"".join(body).decode()


@pytest.mark.parametrize(
    ("waited", "asks"),
    [
        (None, {}),  # no proxy
        (0.4, {}),
        (0.6, {"cookie": SESSION}),
        (0.6, {"method": "POST"}),
        (30.0, {"path": "/handoff/callbacks/hrss/", "method": "POST"}),
        (30.0, {"path": "/static/portal/css/portal.css"}),
        (30.0, {"path": "/readyz"}),
        (-5.0, {}),  # a clock that is behind
        (600.0, {}),  # a clock that is ahead
        ("soon", {}),
        ("1e999", {}),
    ],
)
def test_who_has_not_waited_for_too_long_or_must_arrive_is_answered(waited, asks):
    assert asked(waited, **asks) == ({"status": "200 OK"}, "answered")


@pytest.mark.parametrize(("waited", "asks"), [(0.6, {}), (2.1, {"cookie": SESSION})])
def test_who_waited_for_too_long_is_told_when_the_page_opens_again(waited, asks):
    said, page = asked(waited, **asks)
    assert (said["status"], said["Retry-After"]) == ("503 Service Unavailable", "10")
    assert 8 <= int(said["Refresh"]) <= 18
    assert "现在访问的人太多" in page
    assert "自动重新打开" in page


def test_what_was_sent_is_said_not_to_be_saved_and_the_page_does_not_send_it_again():
    said, page = asked(10.5, method="POST", cookie=SESSION)
    assert said["status"] == "503 Service Unavailable"
    assert "Refresh" not in said
    assert "刚才提交的内容没有保存" in page

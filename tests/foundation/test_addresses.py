"""Where a request comes from, as it is logged, counted and kept."""

import pytest
from django.test import RequestFactory
from structlog.contextvars import bound_contextvars, get_contextvars

from foundation.middleware import LogMiddleware, address_of


def seen(forwarded=None, peer="127.0.0.1"):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return address_of(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("6.6.6.6, 10.1.2.3", "10.1.2.3"),
        ("10.1.2.3:51234", "10.1.2.3"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("10.1.2.3, 127.0.0.1", "10.1.2.3"),
        ("unknown", "127.0.0.1"),
        ("10.1.2.3, unknown", "127.0.0.1"),
        ("", "127.0.0.1"),
        (None, "127.0.0.1"),
        ("_hidden, ' OR 1=1", "127.0.0.1"),
    ],
)
def test_behind_our_proxy_it_is_what_the_proxy_saw_folded_to_one_form(settings, forwarded, address):
    settings.BEHIND_PROXY = True
    assert seen(forwarded) == address


def test_nobody_but_our_own_proxy_is_believed(settings):
    assert seen("10.1.2.3") == "127.0.0.1"
    settings.BEHIND_PROXY = True
    assert seen("10.1.2.3", peer="192.0.2.7") == "192.0.2.7"
    settings.TRUSTED_PROXIES = ["192.0.2.0/24"]
    assert seen("10.1.2.3", peer="192.0.2.7") == "10.1.2.3"
    assert seen("10.1.2.3", peer="") == "0.0.0.0"


def test_the_log_says_the_address_that_is_counted():
    with bound_contextvars(ip=None):
        LogMiddleware.bind_ip(RequestFactory().get("/", headers={"X-Forwarded-For": "6.6.6.6", "X-Real-Ip": "6.6.6.6"}))
        assert get_contextvars()["ip"] == "127.0.0.1"

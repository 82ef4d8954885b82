"""Who somebody is before she can sign in: known by name, number and phone, reached by a code. Registration and 忘记密码 ask alike.

What the session keeps between the two pages is whose proof it is, what for and since when; no number and no phone.
"""

import time
from enum import StrEnum
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest

from accounts import gateways, sms
from accounts.models import Person

STRANGER = "姓名、证件号码和手机号与登记的信息不一致。请核对后再试；还是不对的，看下面怎么办。"
OVER = "核对身份后超过 15 分钟没有完成，请重新核对。"
KEY, SECONDS = "proof", 15 * 60


class Purpose(StrEnum):
    """What the proof, and its code, is good for."""

    REGISTER = "register"
    FORGOTTEN = "forgotten"


class Locked(Exception):
    """Too many wrong answers: the page says when to come back. Holds what was counted."""

    def __init__(self, credentials: dict[str, Any]):
        super().__init__()
        self.credentials = credentials


def identify(request: HttpRequest, form: Form) -> Person | None:
    """The person, or None with the reason in the form. Counted like sign-ins, so that nobody finds out a phone by trying.
    Raises Locked."""
    typed = form.cleaned_data
    credentials = {"username": typed["id_number"], "door": "proof"}
    if not AxesProxyHandler.is_allowed(request, credentials):
        raise Locked(credentials)
    person = gateways.real_name().identify(
        name=typed["name"], id_type=typed["id_type"], number=typed["id_number"], phone=typed["phone"]
    )
    if person is None:
        user_login_failed.send(__name__, credentials=credentials, request=request)
        form.add_error(None, ValidationError(STRANGER, code="stranger"))
    return person


def begin(request: HttpRequest, person: Person, purpose: Purpose, form: Form, **more: Any) -> bool:
    """Send the code and remember who it is for. One of less than a minute ago for the same is as good."""
    try:
        sent = send(person, purpose)
    except sms.TooSoon as wait:
        sent = _kept(request, purpose).get("sent", "") or str(wait)
    except gateways.NotAvailable as problem:
        form.add_error(None, str(problem))
        return False
    kept = {"person": str(person.pk), "for": purpose, "at": int(time.time()), "sent": sent}
    request.session[KEY] = kept | more
    return True


def send(person: Person, purpose: Purpose) -> str:
    """A code to her phone; a sentence for the page. Raises `NotAvailable`."""
    assert person.phone is not None, "known by the phone"
    return sms.send(person.phone.reveal("the SMS goes to the phone"), purpose)


def again(request: HttpRequest, person: Person, purpose: Purpose) -> None:
    """Another code. Raises `NotAvailable`."""
    request.session[KEY] = request.session[KEY] | {"sent": send(person, purpose)}


def whose(request: HttpRequest, purpose: Purpose) -> Person | None:
    """Whose proof this session holds for it; None when there is none, or it is too old."""
    kept = _kept(request, purpose)
    if not kept or time.time() - kept["at"] > SECONDS:
        return None
    return Person.objects.filter(pk=kept["person"]).first()


def kept(request: HttpRequest) -> dict[str, Any]:
    """What the session holds of it."""
    found: dict[str, Any] = request.session[KEY]
    return found


def done(request: HttpRequest) -> None:
    """It is good for one thing only."""
    request.session.pop(KEY, None)


def _kept(request: HttpRequest, purpose: Purpose) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(KEY) or {}
    return found if found.get("for") == purpose else {}

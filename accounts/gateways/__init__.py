"""The two services outside the portal that registration asks: who somebody is, and a text message to their phone."""

import uuid
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from accounts import identity
from accounts.gateways import texting
from accounts.gateways.texting import Fate as Fate
from accounts.gateways.texting import Taken as Taken
from accounts.models import Person
from foundation import masks, numbers


class NotAvailable(Exception):
    """The service cannot do it now. Its text is a sentence for the page."""


class RealNameGateway(Protocol):
    """Whoever knows which name, number and phone belong together."""

    def identify(self, *, name: str, id_type: str, number: str, phone: str) -> Person | None:
        """The person whose name, folded document number and folded phone these are; None when any one differs."""


class SmsGateway(Protocol):
    """Whoever carries a 验证码 or a message to a phone."""

    def send(self, *, phone: str, code: str) -> str:
        """Send `code` to `phone` and return a sentence for the page. Raises `NotAvailable`."""

    def text(self, *, phone: str, words: str, key: str) -> tuple[Taken, str]:
        """Send `words` to `phone`; the same `key` again is the same SMS. What became of it, and why. Never raises for what the
        network or the gateway does."""

    def ask(self, key: str) -> tuple[Fate, str]:
        """What became of the SMS with this key, and why. Never raises for what the network or the gateway does."""


class FeedRealName:
    """Believes what the tax core system's feeds say about a person."""

    def identify(self, *, name: str, id_type: str, number: str, phone: str) -> Person | None:
        person = Person.objects.filter(id_index=identity.id_index(id_type, number)).first()
        if person is None or person.phone_index is None:
            return None
        same_name = numbers.fold_name(person.name) == numbers.fold_name(name)
        same_phone = bytes(person.phone_index) == numbers.phone_index(phone)
        return person if same_name and same_phone else None


class HttpSms:
    """The gateway at `settings.SMS_GATEWAY_URL`, over signed HTTP (docs/operations.md): POST /messages, GET /messages/<key>."""

    def send(self, *, phone: str, code: str) -> str:
        words = f"【社保费退费】验证码 {code}，5 分钟内有效。工作人员不会索要验证码，请勿告诉他人。"
        taken, _why = self.text(phone=phone, words=words, key=str(uuid.uuid4()))
        if taken in (Taken.REFUSED, Taken.NOT_SENT):
            raise NotAvailable("短信没有发出，请稍后再试，或到办税服务厅办理。")
        if taken == Taken.UNKNOWN:
            return f"发往 {masks.phone(phone)} 的验证码可能晚一点到。收到后请输入；没有收到的，一分钟后可以重新获取。"
        return f"验证码已发往 {masks.phone(phone)}，5 分钟内有效。"

    def text(self, *, phone: str, words: str, key: str) -> tuple[Taken, str]:
        return texting.send(phone, words, key)

    def ask(self, key: str) -> tuple[Fate, str]:
        return texting.ask(key)


class ScreenSms(HttpSms):
    """Demo only: shows the code on the page instead of sending it. Messages go to the mock gateway, whose page shows them."""

    def __init__(self) -> None:
        if not settings.DEMO:
            raise ImproperlyConfigured("SMS_GATEWAY=accounts.gateways.ScreenSms works only with PORTAL_DEMO=1.")

    def send(self, *, phone: str, code: str) -> str:
        return f"演示系统不发短信。发往 {masks.phone(phone)} 的验证码是 {code}，5 分钟内有效。"


class NoSms:
    """Where there is no SMS service, and that is said on purpose (`SMS_GATEWAY`)."""

    def send(self, *, phone: str, code: str) -> str:
        raise NotAvailable("短信服务暂未开通，请到办税服务厅办理。")

    def text(self, *, phone: str, words: str, key: str) -> tuple[Taken, str]:
        return Taken.REFUSED, "短信服务没有开通"

    def ask(self, key: str) -> tuple[Fate, str]:
        return Fate.FAILED, "短信服务没有开通"


def real_name() -> RealNameGateway:
    """The one that settings.REAL_NAME_GATEWAY names."""
    return import_string(settings.REAL_NAME_GATEWAY)()


def sms() -> SmsGateway:
    """The one that settings.SMS_GATEWAY names."""
    return import_string(settings.SMS_GATEWAY)()

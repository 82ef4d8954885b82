"""The two services outside the portal that registration asks: who somebody is, and a text message to their phone."""

from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from accounts import identity
from accounts.models import Person
from foundation import masks, numbers


class NotAvailable(Exception):
    """The service cannot do it now. Its text is a sentence for the page."""


class RealNameGateway(Protocol):
    """Whoever knows which name, number and phone belong together."""

    def identify(self, *, name: str, id_type: str, number: str, phone: str) -> Person | None:
        """The person whose name, folded document number and folded phone these are; None when any one differs."""


class SmsGateway(Protocol):
    """Whoever carries a 验证码 to a phone."""

    def send(self, *, phone: str, code: str) -> str:
        """Send `code` to `phone` and return a sentence for the page. Raises `NotAvailable`."""


class FeedRealName:
    """Believes what the tax core system's feeds say about a person."""

    def identify(self, *, name: str, id_type: str, number: str, phone: str) -> Person | None:
        person = Person.objects.filter(id_index=identity.id_index(id_type, number)).first()
        if person is None or person.phone_index is None:
            return None
        same_name = numbers.fold_name(person.name) == numbers.fold_name(name)
        same_phone = bytes(person.phone_index) == numbers.phone_index(phone)
        return person if same_name and same_phone else None


class ScreenSms:
    """Demo only: shows the code on the page instead of sending it."""

    def __init__(self) -> None:
        if not settings.DEMO:
            raise ImproperlyConfigured("SMS_GATEWAY=accounts.gateways.ScreenSms works only with PORTAL_DEMO=1.")

    def send(self, *, phone: str, code: str) -> str:
        return f"演示系统不发短信。发往 {masks.phone(phone)} 的验证码是 {code}，5 分钟内有效。"


class NoSms:
    """Where no SMS service is configured."""

    def send(self, *, phone: str, code: str) -> str:
        raise NotAvailable("短信服务暂未开通，请到办税服务厅办理。")


def real_name() -> RealNameGateway:
    """The one that settings.REAL_NAME_GATEWAY names."""
    return import_string(settings.REAL_NAME_GATEWAY)()


def sms() -> SmsGateway:
    """The one that settings.SMS_GATEWAY names."""
    return import_string(settings.SMS_GATEWAY)()

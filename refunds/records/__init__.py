"""缴费记录 as the tax core system keeps it, and what it corrects of it after somebody has applied."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models


class RecordStatus(models.TextChoices):
    """记录状态. Only what is 正常 may be refunded."""

    NORMAL = "normal", "正常"
    VOID = "void", "作废"
    REVERSED = "reversed", "冲正"


class Record(models.Model):
    """What the payments of every scheme have in common: whether the tax core system still counts them, and which ticket one of them
    takes the place of. The rest of a ledger is the scheme's own."""

    record_status = models.CharField("记录状态", max_length=8, choices=RecordStatus, default=RecordStatus.NORMAL)
    original_ticket = models.CharField("原票证号码", max_length=40, blank=True, default="")

    PERSONAL = {
        "record_status": "whether the payment still counts",
        "original_ticket": "which payment it takes the place of",
    }

    class Meta:
        abstract = True

    @property
    def why_void(self: Any) -> str:
        """Why it cannot be refunded whatever else it says, as a sentence; empty for what stands."""
        if self.stands:
            return ""
        words = RecordStatus(self.record_status).label
        return (
            f"{self.year} 年的 {self.amount} 元在税务系统中已{words}，没有可退的款项。有疑问请联系 {self.office.name}，"
            f"或拨打 {settings.HOTLINE}。"
        )

    @property
    def stands(self) -> bool:
        """Whether it may be refunded at all."""
        return self.record_status == RecordStatus.NORMAL


@dataclass(frozen=True)
class Changed:
    """What the ledger says by now against an application, in words without names and numbers of people; and in yuan how much more
    than the ledger it asks for (`over`), and how much less (`under`). `died` is the part of the words about deaths."""

    words: str = ""
    over: Decimal = Decimal()
    under: Decimal = Decimal()
    died: str = ""


NOTHING = Changed()

NOT_HERS = "缴费记录更正后，这笔缴费已不在您名下，不能再申请退费，请撤销原申请。有疑问请联系主管税务机关。"


def successors(ledger: Any, payments: Iterable[Any]) -> dict[str, Any]:
    """Of those that stand no more, by their ticket: the payment that takes its place. One query where there are any."""
    ended = {payment.ticket_number for payment in payments if not payment.stands}
    standing = ledger.objects.filter(original_ticket__in=ended, record_status=RecordStatus.NORMAL).order_by("id")
    return {payment.original_ticket: payment for payment in standing} if ended else {}


def replaced_by(payments: Iterable[Any]) -> dict[Any, dict[str, Any]]:
    """Of each payment, by its key: those whose place it takes, and whose place these took, by their ticket. As many queries as the
    longest chain has tickets, none where nothing takes the place of anything."""
    payments = list(payments)
    known: dict[str, Any] = {}
    wanted = {payment.original_ticket for payment in payments} - {""}
    while wanted:
        found = type(payments[0])._default_manager.filter(ticket_number__in=wanted)
        known |= {payment.ticket_number: payment for payment in found}
        wanted = {payment.original_ticket for payment in found} - known.keys() - {""}
    return {payment.pk: _chain(payment, known) for payment in payments}


def _chain(payment: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    chain: dict[str, Any] = {}
    while (payment := known.get(payment.original_ticket)) and payment.ticket_number not in chain:
        chain[payment.ticket_number] = payment
    return chain


def compared(
    asked: Decimal,
    then: Any,
    now: Any,
    *,
    said: Mapping[str, str],
    owner_is_same: bool,
    successors: Mapping[str, Any],
) -> Changed:
    """What became of one payment of which `asked` yuan were asked back: `then` is its record when that was applied for, `now` as
    it is; `said` are the columns that count, with their labels."""
    words = differences(then, now, said)
    if not words:
        return NOTHING
    if new := successors.get(now.ticket_number):
        words.append(f"由票证 {new.ticket_number}（{new.amount:,.2f} 元）代替")
    owed = now.amount if now.stands and owner_is_same else Decimal()
    return Changed("；".join(words), over=max(asked - owed, Decimal()), under=max(owed - asked, Decimal()))


def differences(then: Any, now: Any, said: Mapping[str, str]) -> list[str]:
    """In words, column by column. Whose it is and was is nobody else's business."""
    return [
        f"{label}由{_shown(now, name, getattr(then, name))}更正为{_shown(now, name, getattr(now, name))}"
        if not name.endswith("_id")
        else f"{label}已更正"
        for name, label in said.items()
        if getattr(then, name) != getattr(now, name)
    ]


def _shown(record: Any, name: str, value: object) -> str:
    if value is None:
        return "空"
    if isinstance(value, Decimal):
        return f" {value:,.2f} 元"
    if isinstance(value, date):
        return f" {value.isoformat()} "
    return f"“{dict(record._meta.get_field(name).flatchoices).get(value, value)}”"


def newest_correction(ledger: Any) -> int:
    """The key of the newest row in the history of a ledger. Read with a payment locked, it tells its corrections so far from those
    to come."""
    history = ledger.events.rel.related_model.objects
    newest: int | None = history.order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    return newest or 0

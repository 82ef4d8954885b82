"""发放: who of a batch has the money, who has signed for it, and what the bank took back (domain.md N5)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from foundation.capital import capital
from pension.models import PensionRefund
from pension.village.begun import title_of
from pension.village.models import Receipt
from pension.village.parts import OUTCOMES
from refunds import errors
from refunds.states import LineOutcome, Outcome, RefundStatus

# People on one sheet of A4.
SHEET = 20
AGAIN = "退汇待重发"


@dataclass(frozen=True)
class Sheet:
    """One sheet of the 签收表: its number, its lines, and what they and all before them come to in yuan."""

    number: int
    first: int
    lines: list
    amount: Decimal
    so_far: Decimal

    @property
    def capital(self) -> str:
        return capital(self.amount)

    @property
    def capital_so_far(self) -> str:
        return capital(self.so_far)

    @property
    def people_so_far(self) -> int:
        return self.first + len(self.lines) - 1

    @property
    def paid(self) -> list:
        """Those who have their money at the moment."""
        return [line for line in self.lines if line.outcome == LineOutcome.PAID]


def lines_of(refund):
    """Whoever was paid, or has signed and must be paid anew."""
    lines = refund.lines.select_related("payment__person", "receipt").order_by("pk")
    return lines.filter(OUTCOMES[Outcome.PAID]) | lines.filter(receipt__isnull=False, left_out=None)


def sheets_of(refund) -> list[Sheet]:
    """The whole 签收表, ready to print. What is not paid at the moment counts in no sum."""
    sheets: list[Sheet] = []
    lines, so_far = list(lines_of(refund)), Decimal(0)
    for start in range(0, len(lines), SHEET):
        some = lines[start : start + SHEET]
        for line in some:
            line.words = said_of(line, refund)
        amount = sum((line.amount for line in some if line.outcome == LineOutcome.PAID), Decimal(0))
        so_far += amount
        sheets.append(Sheet(len(sheets) + 1, start + 1, some, amount, so_far))
    return sheets


def said_of(line, refund) -> str:
    """已签收 with its day, 退汇待重发, or nothing."""
    receipt = getattr(line, "receipt", None)
    if receipt is None:
        return ""
    if line.outcome != LineOutcome.PAID:
        return AGAIN
    return f"已签收 {timezone.localdate(receipt.at)}" if receipt.attempt == refund.paid_attempt else ""


def unsigned(refund) -> int:
    """How many were paid and have not signed."""
    paid = refund.lines.filter(OUTCOMES[Outcome.PAID])
    return paid.exclude(receipt__attempt=refund.paid_attempt).count()


@transaction.atomic
def sign(refund, *, by, lines=None) -> int:
    """登记签收 of the given lines, or of everybody who was paid. Returns how many are new. Raises NotAllowed."""
    paid = paid_now(refund).filter(OUTCOMES[Outcome.PAID]).exclude(receipt__attempt=F("refund__paid_attempt"))
    if lines is not None:
        paid = paid.filter(pk__in=lines)
    now = timezone.now()
    rows = [Receipt(line=line, attempt=refund.paid_attempt, by=by, at=now) for line in paid]
    Receipt.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["line"], update_fields=["attempt", "by", "at"]
    )
    return len(rows)


@transaction.atomic
def unsign(refund, *, lines) -> int:
    """取消登记 of the given lines. Returns how many were signed. Raises NotAllowed."""
    return Receipt.objects.filter(line__in=paid_now(refund).filter(pk__in=lines)).delete()[0]


def paid_now(refund):
    """Its lines; the bank cannot take the money back as long as the transaction lasts. Raises NotAllowed."""
    now = PensionRefund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
    if now.refund_status != RefundStatus.REFUNDED:
        raise errors.NotAllowed("这批退费现在没有到账，不能登记签收。")
    return now.lines.all()


def notice_of(refund, waiting: int) -> str:
    """For the group of the village: no name, no number, no sum."""
    come = f"各位村民：{title_of(refund.collective)} 的城乡居民养老保险退费已退到村组(单位)账户。"
    rest = f"还有 {waiting:,} 人没有签收，请带身份证到村组(单位)签字领取。" if waiting else "已全部签收。"
    return come + rest + "有疑问请拨打 12333。"

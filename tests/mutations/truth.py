"""Applications in the states in which messages come, and what an honest agency would say of them next."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from handoff.models import Callback, Delivery
from refunds import actions, schemes
from tests.conftest import make_cast
from tests.medical import factories as medical
from tests.pension import factories as pension
from tests.reports import report
from tests.village.batches import submit_batch

REASONS = {"refused": "社保系统核验未通过：该笔缴费已计入个人账户", "bounced": "银行账号与户名不符"}


@dataclass
class Scene:
    """One instruction; `follows` are the (event, sequence) that may truly come."""

    agency: str
    number: str
    follows: list[tuple[str, int]]
    tickets: dict[str, Decimal] = field(init=False)
    instruction_id: str = field(init=False)

    def __post_init__(self) -> None:
        delivery = Delivery.objects.get(number=self.number)
        self.instruction_id = delivery.instruction_id
        self.tickets = {ticket: Decimal(amount) for ticket, amount in delivery.tickets.items()}

    @property
    def refund(self):
        return schemes.of_number(self.number).model.objects.get(number=self.number)

    def picture(self) -> tuple:
        """Whatever a message may change."""
        refund = self.refund
        lines = [(p.outcome, p.outcome_reason) for p in refund.lines.order_by("pk")] if hasattr(refund, "lines") else []
        delivery = Delivery.objects.defer("body").get(number=self.number)
        return refund.refund_status, refund.disputed, refund.verified_at, delivery.status, tuple(lines)

    def due(self, event: str, returned: list[str]) -> set[Decimal]:
        """What that event may be about, in yuan."""
        whole = sum(self.tickets.values(), Decimal())
        left = whole - sum((self.tickets.get(ticket, Decimal()) for ticket in returned), Decimal())
        return {whole, left} if event in ("refused", "cancelled") else {left}

    def true_message(self, rng: Random) -> dict:
        event, sequence = rng.choice(self.follows)
        returned = sorted(self.tickets)[:1] if len(self.tickets) > 1 and rng.random() < 0.5 else []
        lines = [{"ticket_number": t, "outcome": "returned", "reason": "该人员已死亡"} for t in returned]
        now = datetime.now(UTC).astimezone()
        return {
            "event": event,
            "instruction_id": self.instruction_id,
            "sequence": sequence,
            "occurred_at": now.isoformat(),
            "amount": str(min(self.due(event, returned))),
            "reason": REASONS.get(event, ""),
            "paid_on": str(now.date()) if event == "paid" else "",
            "lines": lines,
        }


def scenes() -> list[Scene]:
    """Of both schemes and of a batch; fresh, paid, returned by the bank, and frozen."""
    cast = make_cast()
    fresh = [("accepted", 1), ("paid", 2), ("bounced", 2), ("refused", 1), ("cancelled", 1)]
    singles = [pension.submitted(cast.resident, office=cast.county) for _ in range(3)]
    insured = [medical.submitted(cast.resident, office=cast.county) for _ in range(2)]
    village = pension.CollectivePaymentFactory(organisation=cast.clerk.organisation)
    for amount in ("100.01", "200.20", "400.00"):
        pension.PaymentFactory(of_village=True, collective=village, office=cast.county, amount=amount)
    batch = submit_batch(village, cast.clerk)
    for refund in (*singles, *insured, batch):
        actions.approve(refund.number, by=cast.reviewer)
    report(singles[1].number, events=["accepted", "paid"])
    report(insured[1].number, events=["accepted", "bounced"])
    report(singles[2].number, events=["refused", "paid"], steps="in_order")
    assert Callback.objects.count() == 6
    return [
        Scene("hrss", singles[0].number, fresh),
        Scene("medical", insured[0].number, fresh),
        Scene("hrss", batch.number, fresh),
        Scene("hrss", singles[1].number, [("bounced", 3), ("paid", 2)]),
        Scene("medical", insured[1].number, [("paid", 3), ("bounced", 2)]),
        Scene("hrss", singles[2].number, [("paid", 3), ("refused", 1)]),
    ]

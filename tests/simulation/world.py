"""A small province that lives by a seed: residents, a village, officers, an agency, everything in any order.

The world has no HTTP and no clock of its own to wait for: what would take days is one step. After every step the invariants hold;
in the end, when everybody has done what is theirs to do, nothing stands still and the agency has paid nobody twice unnoticed.
"""

import json
from contextlib import contextmanager, suppress
from random import Random
from urllib.parse import unquote, urlsplit
from uuid import UUID

import httpx

from handoff import deliveries, desk, outbox, settling
from handoff.models import Callback, Delivery, DeliveryStatus, Proposal, WorkItem, WorkItemKind
from handoff.wire import client, http, messages
from pension import applications
from pension.models import Payment, PensionRefund
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.conftest import make_cast
from tests.invariants import violations
from tests.pension.factories import CollectivePaymentFactory, PaymentFactory, account_of
from tests.simulation.agency import Agency
from tests.village.batches import submit_batch, village_account

STEPS = {
    "apply": 6, "withdraw": 1, "batch": 1, "leave_out": 2, "approve": 8, "countersign": 4, "send_back": 1, "reject": 2, "undo": 2,
    "send": 8, "agency_step": 10, "tell": 8, "lie": 1, "correct": 4, "ask": 3, "confirm": 3, "propose": 1, "again": 1,
}  # fmt: skip


class World:
    """One run. `monkeypatch` puts the agency where the network would be."""

    def __init__(self, seed: int, monkeypatch):
        self.rng = Random(seed)
        self.agency = Agency(self.rng)
        monkeypatch.setattr(http, "exchange", self.network)
        self.cast = make_cast()
        person = self.cast.resident.person
        for amount in ("100.01", "200.20", "10000.01"):
            PaymentFactory(person=person, office=self.cast.county, amount=amount)
        self.collective = CollectivePaymentFactory(organisation=self.cast.clerk.organisation)
        for amount in ("100.01", "200.20", "400.00", "9800.37"):
            PaymentFactory(of_village=True, collective=self.collective, office=self.cast.county, amount=amount)
        self.log: list[str] = []

    # Time passes -----------------------------------------------------------------------------------------------------------

    def live(self, steps: int) -> None:
        """So many steps, each checked."""
        names, weights = list(STEPS), list(STEPS.values())
        for _ in range(steps):
            self.step(self.rng.choices(names, weights)[0])

    def step(self, name: str) -> None:
        self.log.append(name)
        with suppress(errors.RefundError):
            getattr(self, name)()
        broken = violations()
        assert broken == [], broken

    def settle_down(self) -> None:
        """Everybody does what is theirs to do, until nobody has anything."""
        for _ in range(60):
            before = self.picture()
            for name in (
                "approve",
                "countersign",
                "send",
                "tell",
                "correct",
                "ask",
                "confirm",
                "again",
                "stop_what_may_be_paid",
            ):
                for _ in range(4):
                    self.step(name)
            for one in self.agency.ledger.values():
                if one.state in ("received", "accepted"):
                    one.state = "paid"
                    self.agency._say(one)
            self.step("tell_everything")
            if self.picture() == before and not self.open_items():
                return

    def picture(self) -> list:
        return sorted(PensionRefund.objects.values_list("number", "refund_status", "disputed", "attempt"))

    def open_items(self) -> list[WorkItem]:
        return [item for item in WorkItem.objects.filter(closed_at=None) if item.kind != WorkItemKind.OVERPAID]

    # People ----------------------------------------------------------------------------------------------------------------

    def apply(self) -> None:
        payment = self.rng.choice(list(Payment.objects.filter(person=self.cast.resident.person).order_by("pk")))
        user = self.cast.resident
        applications.apply([payment], account=account_of(user.person), by=user, key=UUID(int=self.rng.getrandbits(128)))

    def batch(self) -> None:
        if not PensionRefund.objects.filter(collective=self.collective).exists():
            submit_batch(self.collective, self.cast.clerk)

    def withdraw(self) -> None:
        refund = self._one()
        actions.withdraw(refund.number, by=self._owner(refund))

    def leave_out(self) -> None:
        refund = self._one(collective=self.collective)
        lines = [line.pk for line in refund.lines.order_by("pk") if self.rng.random() < 0.3]
        reason = self.rng.choice([None, RejectReason.objects.get(code="other")])
        actions.leave_out(refund.number, by=self.cast.reviewer, lines=lines, reason=reason, remark="不符")

    def approve(self) -> None:
        actions.approve(
            self._one(review_status="pending").number, by=self.rng.choice([self.cast.reviewer, self.cast.colleague])
        )

    def countersign(self) -> None:
        actions.countersign(self._one(review_status="countersign").number, by=self.cast.countersigner)

    def send_back(self) -> None:
        actions.send_back(self._one(review_status="countersign").number, by=self.cast.countersigner, remark="再核")

    def reject(self) -> None:
        number = self._one(review_status="pending").number
        actions.reject(number, by=self.cast.reviewer, reason=RejectReason.objects.get(code="other"), remark="不符")

    def undo(self) -> None:
        by = self.rng.choice([self.cast.reviewer, self.cast.colleague, self.cast.countersigner])
        actions.undo(self._one().number, by=by)

    def correct(self) -> None:
        refund = self._one(refund_status=RefundStatus.PAYMENT_FAILED)
        account = village_account(self.collective) if refund.is_batch else account_of(self.cast.resident.person)
        actions.correct_account(refund.number, by=self._owner(refund), account=account)

    # The desk --------------------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        settling.ask(self._item(), by=self.cast.reviewer)

    def propose(self) -> None:
        desk.propose(self._item(), self.rng.choice([Proposal.STOP, Proposal.RECALL]), by=self.cast.reviewer)

    def confirm(self) -> None:
        item = self._item(proposal__gt="")
        desk.confirm(
            item, by=self.cast.colleague if item.proposed_by_id != self.cast.colleague.pk else self.cast.reviewer
        )

    def again(self) -> None:
        outbox.send_again(self._item(kind=WorkItemKind.HELD), by=self.cast.reviewer)

    def stop_what_may_be_paid(self) -> None:
        """Two attempts could be paid: the open one is stopped, so that the other can be settled."""
        item = self._item(kind=WorkItemKind.CONTRADICTION, proposal="")
        desk.propose(item, Proposal.STOP, by=self.cast.reviewer)

    # The agency ------------------------------------------------------------------------------------------------------------

    def send(self) -> None:
        waiting = Delivery.objects.filter(status__in=(DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)).order_by("pk")
        if waiting:
            deliveries.send(self.rng.choice(list(waiting)).pk)

    def agency_step(self) -> None:
        self.agency.move()

    def lie(self) -> None:
        self.agency.lie()

    def tell(self) -> None:
        """The agency tells everything it ever said once more, some of it not at all this time."""
        for name, message in self.agency.to_tell():
            if self.rng.random() < 0.8:
                self._told(name, message)

    def tell_everything(self) -> None:
        """Sooner or later every message gets through."""
        for name, message in self.agency.to_tell():
            self._told(name, message)

    def _told(self, instruction_id: str, message: dict) -> None:
        row, _is_new = Callback.objects.get_or_create(
            agency="hrss",
            message_id=f"{instruction_id}/{message['sequence']}",
            defaults=messages.read(messages.parse(json.dumps(message).encode())),
        )
        deliveries.apply(row.pk)

    def network(self, method: str, url: str, content: bytes, headers) -> httpx.Response:
        """Where HTTP would be: requests are lost on the way there, answers on the way back."""
        if self.rng.random() < 0.1:
            raise httpx.ConnectError("lost on the way there")
        path = unquote(urlsplit(url).path).removeprefix("/hrss")
        status, said = self.agency.answer(method, path, json.loads(content or b"{}"))
        if self.rng.random() < 0.1:
            raise httpx.ReadTimeout("lost on the way back")
        body = json.dumps(said)
        return httpx.Response(status, text=body, headers=client.signature("hrss", "answer", body))

    # Who and which ---------------------------------------------------------------------------------------------------------

    def _one(self, **which) -> PensionRefund:
        found = list(PensionRefund.objects.filter(submitted_at__isnull=False, **which).order_by("number"))
        if not found:
            raise errors.NoSuchApplication
        return self.rng.choice(found)

    def _item(self, **which) -> WorkItem:
        found = list(WorkItem.objects.filter(closed_at=None, **which).order_by("pk"))
        if not found:
            raise errors.NoSuchApplication
        return self.rng.choice(found)

    def _owner(self, refund):
        return self.cast.clerk if refund.is_batch else self.cast.resident

    # In the end --------------------------------------------------------------------------------------------------------------

    def money_that_is_out_and_nobody_knows_of(self) -> list[str]:
        """Instructions that were paid although their application does not say so, and no item has somebody get it back."""
        found = []
        for name, one in self.agency.ledger.items():
            refund = PensionRefund.objects.get(number=name.rpartition("-")[0])
            ours = refund.refund_status == RefundStatus.REFUNDED and f"{refund.number}-{refund.paid_attempt}" == name
            owned = WorkItem.objects.filter(number=refund.number, closed_at=None).exists()
            if one.has_the_money and not ours and not owned:
                found.append(name)
        return found


@contextmanager
def told_with_its_seed(seed: int, world: World):
    """A run that fails says how to run it again."""
    try:
        yield
    except Exception as error:
        error.add_note(f"seed {seed}, after {len(world.log)} steps: {' '.join(world.log[-40:])}")
        raise

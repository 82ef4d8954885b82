"""A small province that lives by a seed: residents, a village, officers, two agencies, everything in any order.

The world has no HTTP and a clock of its own: minutes and nights pass as steps. Processes die between send and receipt and before any
statement. After every step the invariants hold; in the end, when everybody has done what is theirs to do, nothing stands still and
the agencies have paid nobody twice unnoticed.
"""

import json
from contextlib import contextmanager, suppress
from datetime import timedelta
from random import Random
from urllib.parse import unquote, urlsplit
from uuid import UUID

import httpx
from django.conf import settings
from django.utils import timezone

from foundation.wire import http
from handoff import deliveries, desk, outbox, reach, reconciliation, settling, tasks
from handoff.models import Callback, Delivery, DeliveryStatus, Proposal, WorkItem, WorkItemKind
from handoff.wire import client, messages
from medical.models import MedicalRefund
from medical.models import Payment as MedicalPayment
from pension import applications
from pension.models import Payment, PensionRefund
from refunds import actions, errors, schemes
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.invariants import violations
from tests.medical import factories as medical
from tests.pension.factories import account_of
from tests.simulation.agency import Agency
from tests.simulation.clock import Clock
from tests.simulation.deaths import Killed, mortal
from tests.simulation.province import Province
from tests.village.batches import submit_batch, village_account

STEPS = {
    "apply": 6, "insured": 3, "withdraw": 1, "batch": 1, "leave_out": 2, "approve": 8, "countersign": 4, "send_back": 1, "reject": 2,
    "undo": 2, "send": 10, "agency_step": 10, "tell": 8, "lie": 1, "correct": 4, "ask": 3, "confirm": 3, "propose": 1, "again": 1,
    "decline": 1, "get_back": 1, "minutes": 6, "night": 1, "outage": 1,
}  # fmt: skip
SCHEMES = (PensionRefund, MedicalRefund)
# What everybody does in the end, until nobody has anything.
DUTIES = (
    "approve", "countersign", "send", "correct", "ask", "confirm", "again", "stop_what_may_be_paid", "get_back",
)  # fmt: skip


class World:
    """One run. `monkeypatch` puts the agencies where the network would be."""

    def __init__(self, seed: int, province: Province, monkeypatch):
        self.rng = Random(seed)
        self.clock = Clock(monkeypatch)
        self.agencies = {code: Agency(self.rng) for code in settings.AGENCIES}
        monkeypatch.setattr(http, "exchange", self.network)
        self.cast, self.collective = province.cast, province.collective
        self.log: list[str] = []
        self.is_calm = False

    # Time passes -----------------------------------------------------------------------------------------------------------

    def live(self, steps: int) -> None:
        """So many steps, each checked."""
        names, weights, done = list(STEPS), list(STEPS.values()), 0
        while done < steps:
            done += self.step(self.rng.choices(names, weights)[0])

    def step(self, name: str) -> bool:
        """Whether there was anything to do; what is refused, and whoever dies of it, has tried."""
        try:
            with mortal(self.rng, often=0 if self.is_calm else 0.1):
                getattr(self, name)()
        except errors.NoSuchApplication:
            return False
        except errors.RefundError:
            pass
        self.log.append(name)
        if not self.is_calm:
            self.look()
        return True

    def look(self) -> None:
        """At every promise."""
        broken = violations()
        assert broken == [], broken

    def settle_down(self) -> None:
        """Nobody dies any more, and everybody does what is theirs to do, until nobody has anything."""
        self.is_calm = True
        for agency in self.agencies.values():
            agency.is_down = False
        for _ in range(30):
            before = self.picture()
            for name in DUTIES:
                for _ in range(4):
                    if not self.step(name):
                        break
            self.step("minutes")
            for agency in self.agencies.values():
                agency.finish()
            self.step("tell_everything")
            self.look()
            if self.picture() == before:
                self.step("night")
                if not self.open_items():
                    return

    def minutes(self) -> None:
        self.clock.passes(minutes=self.rng.choice([1, 2, 10, 30]))
        reach.tell_who_is_down()

    def night(self) -> None:
        """What the worker does at three o'clock."""
        self.clock.passes_until_the_night()
        for agency, day in reconciliation.due():
            reconciliation.reconcile(agency, day)

    def picture(self) -> list:
        rows = [model.objects.values_list("number", "refund_status", "disputed", "attempt") for model in SCHEMES]
        return sorted(row for found in rows for row in found if row[0])

    def open_items(self) -> list[WorkItem]:
        return list(WorkItem.objects.filter(closed_at=None))

    # People ----------------------------------------------------------------------------------------------------------------

    def apply(self) -> None:
        payment = self.rng.choice(
            list(Payment.objects.filter(person=self.cast.resident.person).order_by("ticket_number"))
        )
        user = self.cast.resident
        applications.apply([payment], account=account_of(user.person), by=user, key=self._key())

    def insured(self) -> None:
        medical.applied(
            self.cast.resident, self.rng.choice(list(MedicalPayment.objects.order_by("ticket_number"))), key=self._key()
        )

    def batch(self) -> None:
        if PensionRefund.objects.filter(collective=self.collective).exists():
            raise errors.NoSuchApplication
        submit_batch(self.collective, self.cast.clerk)

    def withdraw(self) -> None:
        refund = self._one()
        actions.withdraw(refund.number, by=self._owner(refund))

    def leave_out(self) -> None:
        refund = self._one(PensionRefund, collective=self.collective)
        lines = [line.pk for line in refund.lines.order_by("pk") if self.rng.random() < 0.3]
        reason = self.rng.choice([None, RejectReason.objects.get(code="other")])
        actions.leave_out(refund.number, by=self.cast.reviewer, lines=lines, reason=reason, remark="不符")

    def approve(self) -> None:
        by = self.rng.choice([self.cast.reviewer, self.cast.colleague])
        actions.approve(self._one(review_status="pending").number, by=by)

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
        actions.correct_account(refund.number, by=self._owner(refund), account=self._account(refund), mended=True)

    # The desk --------------------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        settling.ask(self._item(), by=self.cast.reviewer)

    def propose(self) -> None:
        desk.propose(self._item(), self.rng.choice([Proposal.STOP, Proposal.RECALL]), by=self.cast.reviewer)

    def confirm(self) -> None:
        item = self._item(proposal__gt="")
        desk.confirm(item, by=self._other(item))

    def decline(self) -> None:
        item = self._item(proposal__gt="")
        desk.decline(item, by=self._other(item))

    def again(self) -> None:
        outbox.send_again(self._item(kind=WorkItemKind.HELD), by=self.cast.reviewer)

    def get_back(self) -> None:
        """What was paid too much is returned, and written down."""
        item = self._item(kind=WorkItemKind.OVERPAID)
        desk.enter_returned(item, item.amount_due, by=self.cast.reviewer, note="已退回")

    def stop_what_may_be_paid(self) -> None:
        """Two attempts could be paid: the open one is stopped, so that the other can be settled."""
        item = self._item(kind=WorkItemKind.CONTRADICTION, proposal="")
        desk.propose(item, Proposal.STOP, by=self.cast.reviewer)

    # The agencies ----------------------------------------------------------------------------------------------------------

    def send(self) -> None:
        """What a job does that is due: as the worker would, with its pause for an agency that does not answer."""
        waiting = Delivery.objects.filter(status__in=(DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN)).order_by("pk")
        grace = timezone.now() - timedelta(seconds=settings.DECISION_GRACE_SECONDS)
        due = [one for one in waiting if one.created_at <= grace or one.attempt > 1]
        if not due:
            raise errors.NoSuchApplication
        with suppress(tasks.NotAcknowledged):
            tasks.send(str(self.rng.choice(due).pk))

    def outage(self) -> None:
        """An agency is down, or there again."""
        agency = self.rng.choice(list(self.agencies.values()))
        agency.is_down = not agency.is_down

    def agency_step(self) -> None:
        self.agencies[self._agency()].move()

    def lie(self) -> None:
        self.agencies[self._agency()].lie()

    def tell(self) -> None:
        """An agency tells everything it ever said once more, some of it not at all this time."""
        code = self._agency()
        for name, message in self.agencies[code].to_tell():
            if self.rng.random() < 0.8:
                self._told(code, name, message)

    def tell_everything(self) -> None:
        """Sooner or later every message gets through."""
        heard = set(Callback.objects.filter(applied_at__isnull=False).values_list("agency", "message_id"))
        for code, agency in self.agencies.items():
            for name, message in agency.to_tell():
                if (code, _message_id(name, message)) not in heard:
                    self._told(code, name, message)

    def _told(self, code: str, instruction_id: str, message: dict) -> None:
        row, _is_new = Callback.objects.get_or_create(
            agency=code,
            message_id=_message_id(instruction_id, message),
            defaults=messages.read(messages.parse(json.dumps(message).encode())),
        )
        deliveries.apply(row.pk)

    def network(self, method: str, url: str, content: bytes, headers) -> httpx.Response:
        """Where HTTP would be: requests are lost on the way there, answers on the way back, and now and then whoever waits dies."""
        where = urlsplit(url)
        _, code, path = unquote(where.path).split("/", 2)
        agency = self.agencies[code]
        if agency.is_down or (self.rng.random() < 0.1 and not self.is_calm):
            raise httpx.ConnectError("lost on the way there")
        status, said = agency.answer(method, f"/{path}", where.query, json.loads(content or b"{}"))
        chance = self.rng.random()
        if chance < 0.05 and not self.is_calm:
            raise Killed
        if chance < 0.15 and not self.is_calm:
            raise httpx.ReadTimeout("lost on the way back")
        body = json.dumps(said)
        return httpx.Response(status, text=body, headers=client.signature(code, "answer", body))

    # Who and which ---------------------------------------------------------------------------------------------------------

    def _key(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128))

    def _one(self, *models, **which):
        found = [
            (model, number)
            for model in models or SCHEMES
            for number in model.objects.filter(submitted_at__isnull=False, **which)
            .order_by("number")
            .values_list("number", flat=True)
        ]
        if not found:
            raise errors.NoSuchApplication
        model, number = self.rng.choice(found)
        return model.objects.get(number=number)

    def _agency(self) -> str:
        """One that has been handed something."""
        busy = [code for code, agency in self.agencies.items() if agency.ledger]
        if not busy:
            raise errors.NoSuchApplication
        return self.rng.choice(busy)

    def _item(self, **which) -> WorkItem:
        found = list(WorkItem.objects.filter(closed_at=None, **which).order_by("pk"))
        if not found:
            raise errors.NoSuchApplication
        return self.rng.choice(found)

    def _other(self, item: WorkItem):
        """An officer who did not propose it."""
        return self.cast.colleague if item.proposed_by_id != self.cast.colleague.pk else self.cast.reviewer

    def _owner(self, refund):
        return self.cast.clerk if getattr(refund, "is_batch", False) else self.cast.resident

    def _account(self, refund) -> dict:
        if isinstance(refund, MedicalRefund):
            return medical.account_of(self.cast.resident)
        return village_account(self.collective) if refund.is_batch else account_of(self.cast.resident.person)

    # In the end --------------------------------------------------------------------------------------------------------------

    def money_that_is_out_and_nobody_knows_of(self) -> list[str]:
        """Instructions that were paid although their application does not say so, and nobody has it back."""
        found = []
        for agency in self.agencies.values():
            for name, one in agency.ledger.items():
                number = name.rpartition("-")[0]
                refund = schemes.of_number(number).model.objects.get(number=number)
                ours = refund.refund_status == RefundStatus.REFUNDED and f"{number}-{refund.paid_attempt}" == name
                returned = WorkItem.objects.filter(number=number, kind=WorkItemKind.OVERPAID).exists()
                if one.has_the_money and not ours and not returned:
                    found.append(name)
        return found


def _message_id(instruction_id: str, message: dict) -> str:
    return f"{instruction_id}/{message['sequence']}"


@contextmanager
def told_with_its_seed(seed: int, steps: int, world: World):
    """A run that fails says how to run it again."""
    try:
        yield
    except Exception as error:
        again = f"FIRST_SEED={seed} SEEDS=1 STEPS={steps} pytest -n 0 tests/simulation -k no_promise"
        error.add_note(f"seed {seed}, after {len(world.log)} steps: {' '.join(world.log[-40:])}\nagain: {again}")
        raise

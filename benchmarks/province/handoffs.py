"""The wire: deliveries with their history, what the agency reports, and what a person must look at."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from benchmarks.province.residents import any_id, new_id, stamp
from benchmarks.province.streams import Table
from benchmarks.province.world import World
from handoff.jobs import SEND
from handoff.models import Callback, Delivery, DeliveryStatus, Effect, Event, WorkItem, WorkItemKind
from handoff.tasks import sending

DeliveryEvent = Delivery.events.rel.related_model
WorkItemEvent = WorkItem.events.rel.related_model
BODY = 400  # bytes of a message
# Nobody sends what opens to nothing: the job is there, and its time does not come.
NEVER = "2126-01-01T00:00:00+00:00"
# What each message makes of the delivery.
REPORTED = {
    "accept": (Event.ACCEPTED, DeliveryStatus.ACCEPTED),
    "refuse": (Event.REFUSED, DeliveryStatus.REFUSED),
    "pay": (Event.PAID, DeliveryStatus.PAID),
    "bounce": (Event.BOUNCED, DeliveryStatus.BOUNCED),
    "return_payment": (Event.BOUNCED, DeliveryStatus.BOUNCED),
}


@dataclass
class Claim:
    """What an application asks for: amount by ticket number; who was left out, whom the agency returned, and what became of
    the rest."""

    tickets: dict[str, Decimal]
    left_out: set[str] = field(default_factory=set)
    returned: dict[str, str] = field(default_factory=dict)
    outcome: str = ""
    reason: str = ""
    marked_by: int | None = None

    @property
    def total(self) -> Decimal:
        """Of everybody who was not left out."""
        return sum((amount for ticket, amount in self.tickets.items() if ticket not in self.left_out), Decimal())

    @property
    def paid(self) -> Decimal:
        return self.total - sum((self.tickets[ticket] for ticket in self.returned), Decimal())


class Handoff:
    """The deliveries of one application, one after the other; the newest is written when the next one comes, or at the end."""

    def __init__(self, world: World, agency: str, office: str):
        self._world, self._agency, self._office = world, agency, office
        self._row: dict[str, Any] | None = None
        self._item: dict[str, Any] | None = None
        self._tables = world.tables

    def create(self, number: str, attempt: int, claim: Claim, moment: float) -> None:
        self.write()
        self._claim, self._sequence = claim, 0
        going = {t: str(amount) for t, amount in claim.tickets.items() if t not in claim.left_out}
        self._row = self._tables[Delivery].blank | {
            "id": new_id(self._world.rng, int(moment * 1000)),
            "agency": self._agency,
            "number": number,
            "instruction_id": f"{number}-{attempt}",
            "body": b"\1" + self._world.rng.randbytes(BODY),
            "amount": claim.total,
            "tickets": going,
            "created_at": stamp(moment),
        }
        self._keep(moment, "insert")

    def send(self, moment: float) -> None:
        self._change(moment, sent_at=stamp(moment))

    def lost(self, moment: float) -> None:
        self._change(moment, status=DeliveryStatus.UNKNOWN, sends=1, last_answer="对方应答 503，结果未知")

    def held(self, moment: float) -> None:
        answer = "对方拒收（422）：参保信息不符"
        self._change(moment, status=DeliveryStatus.HELD, declined=True, sends=1, last_answer=answer)
        self._item = self._open(WorkItemKind.HELD, answer, moment)

    def acknowledge(self, moment: float) -> None:
        receipt = f"R{self._world.rng.getrandbits(48):012X}"
        at = stamp(moment)
        taken = {"receipt": receipt, "sends": 1, "last_answer": "已接收", "acknowledged_at": at}
        self._change(moment, status=DeliveryStatus.ACKNOWLEDGED, **taken)

    def report(self, step: str, moment: float, *, reason: str, day: str) -> None:
        """A message of the agency, and what it makes of the delivery."""
        event, status = REPORTED[step]
        self._message(event, moment, Effect.FOLLOWED, reason=reason, day=day)
        self._change(moment, status=status)

    def contradict(self, moment: float) -> None:
        """After it was paid it is refused: frozen, until somebody has asked."""
        self._message(Event.REFUSED, moment, Effect.CONTRADICTED, reason="已计入个人账户", day="")
        self._change(moment, frozen=True)
        self._item = self._open(WorkItemKind.CONTRADICTION, "此前为“银行已退付”，又收到“对方退回”。已暂停办理", moment)

    def cancel(self, moment: float) -> None:
        self._change(moment, status=DeliveryStatus.CANCELLED)

    def recall(self, moment: float, *, proposed_by: int, confirmed_by: int) -> None:
        """Two officers call back what the agency did not take."""
        proposal = {"proposal": "recall", "proposed_by_id": proposed_by, "proposed_at": stamp(moment)}
        self._keep_item(moment, "update", **proposal)
        self.cancel(moment)
        closed = {"closed_at": stamp(moment), "closed_by_id": confirmed_by, "note": "撤回移交"}
        self._keep_item(moment, "update", proposal="", **closed)

    def write(self) -> None:
        """The delivery as it is now."""
        if self._row is None:
            return
        self._tables[Delivery].add(self._row)
        if self._row["status"] in (DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN):
            self._job(self._row["id"])
        if self._item:
            self._write_item(self._item)
        self._row = self._item = None

    def _change(self, moment: float, **values: Any) -> None:
        assert self._row is not None, "it was handed off"
        self._row |= values
        self._keep(moment, "update")

    def _keep(self, moment: float, label: str) -> None:
        assert self._row is not None, "it was handed off"
        keep(self._world, DeliveryEvent, self._row, moment, label, context=None)

    def _message(self, event: Event, moment: float, effect: Effect, *, reason: str, day: str) -> None:
        assert self._row is not None, "it was handed off"
        self._sequence += 1
        at, claim = stamp(moment), self._claim
        self._tables[Callback].add(
            {
                "agency": self._agency,
                "message_id": f"{self._row['instruction_id']}/{self._sequence}",
                "digest": self._world.rng.randbytes(32),
                "instruction_id": self._row["instruction_id"],
                "event": event,
                "sequence": self._sequence,
                "amount": claim.total if event == Event.REFUSED else claim.paid,
                "occurred_at": at,
                "reason": reason,
                "paid_on": day or None,
                "returned": claim.returned,
                "received_at": at,
                "applied_at": at,
                "effect": effect,
            }
        )

    def _job(self, delivery: str) -> None:
        job = {"queue_name": sending(self._agency), "task_name": SEND, "priority": 0, "status": "todo"}
        job |= {"args": {"delivery_id": delivery}, "scheduled_at": NEVER, "attempts": 0, "abort_requested": False}
        self._tables[ProcrastinateJob].add(job)

    def _open(self, kind: WorkItemKind, detail: str, moment: float) -> dict[str, Any]:
        assert self._row is not None, "it was handed off"
        about = {name: self._row[name] for name in ("agency", "instruction_id", "number")}
        item = self._tables[WorkItem].blank | about
        item |= {"id": 0, "kind": kind, "office_id": self._office, "detail": detail, "opened_at": stamp(moment)}
        self._item_history = [(moment, "insert", dict(item))]
        return item

    def _keep_item(self, moment: float, label: str, **values: Any) -> None:
        assert self._item is not None, "it was opened"
        self._item |= values
        self._item_history.append((moment, label, dict(self._item)))

    def _write_item(self, item: dict[str, Any]) -> None:
        """The item, and then its history, which is kept by the item's key."""
        key = self._tables[WorkItem].add(item)
        for moment, label, row in self._item_history:
            keep(self._world, WorkItemEvent, row | {"id": key}, moment, label, context=None)


def keep(world: World, model: Any, row: dict[str, Any], moment: float, label: str, *, context: str | None) -> int:
    """A row of history as the trigger writes it; its key."""
    table = world.tables[model]
    values = {name: row[name] for name in _tracked(table)}
    values["pgh_created_at"], values["pgh_label"], values["pgh_obj_id"] = stamp(moment), label, row["id"]
    values["pgh_context"] = context
    values["pgh_context_id"] = any_id(world.rng) if context else None
    return table.add(values)


@cache
def _tracked(table: Table) -> tuple[str, ...]:
    """What a table of history keeps of the row it tells of."""
    return tuple(name for name in table.columns if not name.startswith("pgh_"))

"""对账: our books beside the agency's, every day, to the fen. What is told nowhere else shows here: a message that was lost, an
instruction that was forgotten, a payment that nobody reported."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from foundation.shortening import shortened
from handoff.following import TARGETS
from handoff.items import close_settled, open_for
from handoff.models import Callback, Delivery, DeliveryStatus, Event, Reconciliation, WorkItem, WorkItemKind
from handoff.store import instruction_of, known
from handoff.story import Contradiction, Said, tell
from handoff.wire import questions
from refunds import actions

# What happened so little time ago may still be on its way to us.
ON_ITS_WAY = timedelta(minutes=10)
# A list of a day is compared in pieces.
PIECE = 500
LOST = "对方已有新的结果（{theirs}），我方仍是“{ours}”：结果可能没有传到，请向对方核实"
AHEAD = "我方是“{ours}”，对方记录是{theirs}：对方的记录可能有误，请向对方核实"
FORGOTTEN = "我方有回执，对方查无这条指令：对方可能遗失，请向对方核实"
UNANSWERED = "对方当日清单里没有这条指令，单独询问也没有得到答复（{why}），系统会再次核对"
STRANGE = "对方有这条指令，我方没有移交过，请联系对方核对来源"
NO_LIST = "{day} 的清单没有取到（{why}），系统每天会自动重试；连续多日取不到时请联系对方"
STANDINGS = {**TARGETS, "received": DeliveryStatus.ACKNOWLEDGED}
BROKE_OFF = "{day} 的账没有核对完（{why}），系统每天会自动重试；连续多日没有核对完时请联系运维人员"
# What an item about a whole day is filed under.
WHOLE_DAY = "对账-"
# Of earlier days in one run.
MOST_AGAIN = 200
# How far an instruction has come; whoever is further knows more.
ORDER = list(DeliveryStatus)


@dataclass(frozen=True)
class Standing:
    """What the agency's list says of one instruction: fields as of an Inquiry."""

    fields: dict[str, Any]

    @property
    def status(self) -> DeliveryStatus:
        return STANDINGS.get(self.fields["state"], DeliveryStatus.UNKNOWN)

    @property
    def is_paid(self) -> bool:
        return bool(self.fields["state"] == Event.PAID)

    def is_on_its_way(self, now: datetime) -> bool:
        at = self.fields["occurred_at"]
        return at is not None and now - at < ON_ITS_WAY


def due() -> list[tuple[str, date]]:
    """Of every agency yesterday, the days since the last run (a worker that is not there at night compares nothing), and the days
    whose list could not be had, however long ago: their item promises it."""
    yesterday = timezone.localdate() - timedelta(days=1)
    wanted = {(agency, yesterday) for agency in settings.AGENCIES}
    runs = Reconciliation.objects.filter(agency__in=settings.AGENCIES).order_by().values_list("agency")
    for agency, last in runs.annotate(Max("day")):
        wanted |= {(agency, last + timedelta(days=n)) for n in range(1, (yesterday - last).days)}
    unanswered = _open_items().filter(agency__in=settings.AGENCIES, instruction_id__startswith=WHOLE_DAY)
    for agency, name in unanswered.values_list("agency", "instruction_id"):
        wanted.add((agency, date.fromisoformat(name.removeprefix(WHOLE_DAY))))
    return sorted(wanted)


def _open_items() -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(kind=WorkItemKind.RECONCILIATION, closed_at=None)


def run(agency: str, day: date) -> Reconciliation:
    """The same, where it may not come to an end: then its item says so, and it is due again. Raises what ended it."""
    try:
        return reconcile(agency, day)
    except Exception as error:
        detail = BROKE_OFF.format(day=day, why=type(error).__name__)
        open_for(WorkItemKind.RECONCILIATION, _name_of(day), agency=agency, refund=None, detail=detail)
        raise


def reconcile(agency: str, day: date) -> Reconciliation:
    """Compare, open an item for every difference, close those that are settled, and keep the figures."""
    try:
        theirs = {row["instruction_id"]: Standing(row) for row in questions.changed_on(agency, day)}
    except questions.NoAnswer as error:
        return _not_answered(agency, day, error.text)
    differences = 0
    names = sorted(theirs.keys() | set(_ours(agency, day).values_list("instruction_id", flat=True)))
    for start in range(0, len(names), PIECE):
        piece = names[start : start + PIECE]
        deliveries = {one.instruction_id: one for one in known().filter(agency=agency, instruction_id__in=piece)}
        for name in piece:
            differences += _judge(agency, name, deliveries.get(name), theirs.get(name))
    _look_again(agency, without=names)
    close_settled([WorkItemKind.RECONCILIATION], _name_of(day), agency=agency)
    return Reconciliation.objects.create(
        agency=agency, day=day, differences=differences, **_figures(agency, day, theirs.values())
    )


def _look_again(agency: str, *, without: list[str]) -> None:
    """Differences of earlier days that nobody has dealt with: no list of today names them, so each is asked about. Where there are
    more than one night can ask about, each has its chance every night."""
    still_open = _open_items().filter(agency=agency).exclude(instruction_id__in=without)
    still_open = still_open.exclude(instruction_id__startswith=WHOLE_DAY)
    for name in list(still_open.order_by("?").values_list("instruction_id", flat=True)[:MOST_AGAIN]):
        _judge(agency, name, known().filter(agency=agency, instruction_id=name).first(), None)


def _judge(agency: str, name: str, ours: Delivery | None, theirs: Standing | None) -> bool:
    """Whether they differ; somebody is told, or need not look any more. What is on no list is asked about."""
    if theirs is None:
        reply = questions.ask(agency, name)
        if reply.fields is None:
            # Nobody knows: never "equal". What is open already keeps its own words.
            _tell(agency, name, ours, UNANSWERED.format(why=reply.text))
            return True
        theirs = None if reply.state == "unknown" else Standing(reply.fields)
    cause = difference(ours, theirs)
    if not cause:
        close_settled([WorkItemKind.RECONCILIATION], name, agency=agency)
        return False
    item = _tell(agency, name, ours, cause)
    WorkItem.objects.filter(pk=item.pk).update(detail=cause)
    return True


@transaction.atomic
def _tell(agency: str, name: str, ours: Delivery | None, cause: str) -> WorkItem:
    refund = actions.locked(ours.number) if ours else None
    return open_for(WorkItemKind.RECONCILIATION, name, agency=agency, refund=refund, detail=cause)


def difference(ours: Delivery | None, theirs: Standing | None) -> str:
    """The likely cause, or nothing: equal, still on its way, or being clarified already. Nothing of theirs means that they say
    they never had it."""
    if ours is None:
        return STRANGE if theirs else ""
    if ours.frozen:
        return ""
    if theirs is None:
        return FORGOTTEN if ours.acknowledged_at else ""
    if amount := _wrong_amount(ours, theirs):
        return amount
    if theirs.status == ours.status or theirs.is_on_its_way(timezone.now()):
        return ""
    words = {"ours": ours.get_status_display(), "theirs": f"“{theirs.status.label}”"}
    return (LOST if _is_behind(ours, theirs) else AHEAD).format(**words)


def _is_behind(ours: Delivery, theirs: Standing) -> bool:
    has_more_to_say = theirs.fields["sequence"] > _newest_sequence(ours)
    return has_more_to_say or ORDER.index(DeliveryStatus(ours.status)) < ORDER.index(theirs.status)


def _newest_sequence(ours: Delivery) -> int:
    said = Callback.objects.filter(instruction_id=ours.instruction_id, agency=ours.agency).order_by("-sequence").first()
    return said.sequence if said else 0


def _wrong_amount(ours: Delivery, theirs: Standing) -> str:
    if theirs.fields["state"] not in Event.values:
        return ""
    fields = {name: theirs.fields[name] for name in ("sequence", "amount", "reason", "paid_on", "returned")}
    at = theirs.fields["occurred_at"] or timezone.now()
    try:
        tell(instruction_of(ours), [Said(event=theirs.fields["state"], occurred_at=at, **fields)])
    except Contradiction as error:
        return error.sentence
    return ""


@transaction.atomic
def _not_answered(agency: str, day: date, why: str) -> Reconciliation:
    detail = NO_LIST.format(day=day, why=why)
    open_for(WorkItemKind.RECONCILIATION, _name_of(day), agency=agency, refund=None, detail=detail)
    return Reconciliation.objects.create(
        agency=agency, day=day, no_answer=shortened(why, 200), **_figures(agency, day, ())
    )


def _name_of(day: date) -> str:
    """What an item about a whole day is filed under."""
    return f"{WHOLE_DAY}{day.isoformat()}"


def _ours(agency: str, day: date) -> QuerySet[Delivery]:
    """What we handed over on that day, or heard something about."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    within = (begin, begin + timedelta(days=1) - timedelta(microseconds=1))
    heard = Callback.objects.filter(agency=agency, occurred_at__range=within).values("instruction_id")
    return known().filter(Q(acknowledged_at__range=within) | Q(instruction_id__in=heard), agency=agency)


def _figures(agency: str, day: date, theirs: Iterable[Standing]) -> dict[str, Any]:
    """Three ways: approved, delivered, paid; the last by both."""
    their_paid = [one.fields["amount"] for one in theirs if one.is_paid]
    begin = timezone.make_aware(datetime.combine(day, time.min))
    within = (begin, begin + timedelta(days=1) - timedelta(microseconds=1))
    of_agency = known().filter(agency=agency)
    ours = {
        "approved": of_agency.filter(created_at__range=within),
        "delivered": of_agency.filter(acknowledged_at__range=within),
        "paid": of_agency.filter(status=DeliveryStatus.PAID, instruction_id__in=_paid_on(agency, within)),
    }
    figures: dict[str, Any] = {"their_paid_count": len(their_paid), "their_paid_amount": sum(their_paid, Decimal())}
    for name, rows in ours.items():
        found = rows.aggregate(count=Count("pk"), amount=Sum("amount"))
        figures |= {f"{name}_count": found["count"], f"{name}_amount": found["amount"] or Decimal()}
    return figures


def _paid_on(agency: str, within: tuple[datetime, datetime]) -> QuerySet[Any]:
    paid = Callback.objects.filter(agency=agency, event=Event.PAID, occurred_at__range=within)
    return paid.values("instruction_id")

"""One person or village as whoever answers a call needs it: who it is, the answer, all applications, all payments."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Organisation, Person, Role, User
from foundation import keys
from foundation.jinja2 import day
from foundation.postgres.together import fetched
from refunds import schemes
from refunds.said import Facts, Paid
from refunds.schemes import Scheme
from refunds.states import Queue
from review.find import area
from review.find.answering import Answer, answer

# Of each scheme, the newest; whoever has more is told of it.
MOST_APPLICATIONS = 20
MOST_PAYMENTS = 50


@dataclass(frozen=True)
class Dossier:
    """`refund` is the application that the answer is about; None where there is none."""

    title: str
    facts: Facts
    person: Person | None
    refund: Any
    answer: Answer | None
    applications: list[Any]
    payments: list[tuple[Any, Paid]] = field(default_factory=list)
    # Whether only the newest are listed.
    more_applications: bool = False
    more_payments: bool = False

    @property
    def without(self) -> str:
        """What to tell a caller for whom nothing was applied."""
        if self.person is None:
            return "这个村组(单位)没有退费申请。"
        open_ones = [paid for _scheme, paid in self.payments if not paid.refund]
        if not open_ones:
            return "没有退费申请，本机关管辖范围内也没有查到缴费。"
        return f"没有退费申请。查到 {len(open_ones)} 笔没有申请过退费的缴费，能不能退见下面的缴费。"


def opened(user, name: str, value: str) -> Dossier | None:
    """What an address names, if it belongs to the officer's area: a person by key, a village, or whoever an application is of.
    One query, whoever it is."""
    every, number = list(schemes.every()), ""
    person: Any = None
    village: Any = None
    if name == "person":
        person = keys.uuid_of(value)
    elif name == "village":
        village = value.replace("\0", "")
    elif scheme := schemes.of_number(value):
        asked = scheme.model.objects.visible_to(user).filter(number=value)
        number, person, village = value, Subquery(asked.values("applicant")), Subquery(asked.values("organisation"))
    people = Person.objects.filter(area.belongs(user), pk=person) if person else Person.objects.none()
    villages = Organisation.objects.filter(pk=village) if number else area.villages(user).filter(pk=village)
    account = User.objects.filter(person=OuterRef("pk"), role=Role.RESIDENT).order_by("pk")
    own = [_newest(one.model.objects.visible_to(user), person, village) for one in every]
    paid = [one.paid_with(_payments(user, one, person)) for one in every]
    someone, organisations, *rows = fetched(
        [
            people.annotate(registered=Exists(account), last_seen=Subquery(account.values("last_login")[:1])),
            villages.select_related("office"),
            *own,
            *(part for both in paid for part in both),
        ]
    )
    size = len(every)
    applications, payments = rows[:size], rows[size:]
    if someone:
        both = zip(every, payments[::2], payments[1::2], strict=True)
        listed = {one: one.paid(_latest(some), refunds) for one, some, refunds in both}
        return _of_person(someone[0], applications, listed, number)
    return _of_village(organisations[0], applications, number) if organisations else None


def _of_person(person, applications, listed: dict[Scheme, list[Paid]], number: str) -> Dossier:
    payments = [(scheme, paid) for scheme, some in listed.items() for paid in some[:MOST_PAYMENTS]]
    newest = _together(applications)
    parts = {paid.refund.pk: paid for _scheme, paid in payments if paid.refund and paid.refund.organisation_id}
    every = [*newest, *(paid.refund for paid in parts.values())]
    refund = _to_tell(every, number)
    part = parts.get(refund.pk) if refund else None
    return Dossier(
        title=person.name,
        facts=_facts(person),
        person=person,
        refund=refund,
        answer=answer(refund, part) if refund else None,
        applications=newest,
        payments=sorted(payments, key=lambda row: -row[1].year),
        more_applications=any(len(rows) > MOST_APPLICATIONS for rows in applications),
        more_payments=any(len(some) > MOST_PAYMENTS for some in listed.values()),
    )


def _of_village(village: Organisation, applications, number: str) -> Dossier:
    """Its batches."""
    found = _together(applications)
    refund = _to_tell(found, number)
    facts: Facts = [
        ("单位社保号", village.social_number),
        ("缴费人税号", village.tax_number),
        ("单位类型", village.kind),
        ("税务机关", village.office.name),
    ]
    told, more = answer(refund) if refund else None, any(len(rows) > MOST_APPLICATIONS for rows in applications)
    return Dossier(village.name, facts, None, refund, told, found, more_applications=more)


def _newest(rows, person, village):
    whose = [Q(**{name: one}) for name, one in (("applicant", person), ("organisation", village)) if one]
    if not whose:
        return rows.none()
    rows = rows.filter(Q(*whose, _connector=Q.OR))
    rows = rows.select_related("office", "applicant", "organisation", "reject_reason", "decided_by__person")
    return rows.order_by("-submitted_at", "-id")[: MOST_APPLICATIONS + 1]


def _payments(user, scheme, person):
    rows = area.payments(user, scheme)
    rows = rows.filter(**{scheme.payer: person}) if person else rows.none()
    return rows.order_by("-year", "-id")[: MOST_PAYMENTS + 1]


def _latest(payments):
    return sorted(payments, key=lambda payment: (payment.year, payment.pk), reverse=True)


def _together(applications) -> list[Any]:
    """Of each scheme the newest, the newest of all first."""
    rows = [
        sorted(some, key=lambda row: (row.submitted_at, row.pk), reverse=True)[:MOST_APPLICATIONS]
        for some in applications
    ]
    return sorted((row for some in rows for row in some), key=lambda row: row.submitted_at, reverse=True)


def _to_tell(refunds: list[Any], number: str) -> Any:
    """The one that was asked about; else the oldest that nobody has finished; else the newest."""
    asked = [refund for refund in refunds if number and refund.number == number]
    waiting = [refund for refund in refunds if refund.queue != Queue.CLOSED]
    if asked or waiting:
        return asked[0] if asked else min(waiting, key=lambda refund: refund.submitted_at)
    return max(refunds, key=lambda refund: refund.submitted_at, default=None)


def _facts(person) -> Facts:
    said = "没有"
    if person.registered:
        seen = person.last_seen
        said = f"有，{day(timezone.localdate(seen))} 登录过" if seen else "有，还没有登录过"
    return [
        ("证件类型", person.get_id_type_display()),
        ("证件号码", person.id_number),
        ("手机", person.phone or "没有手机号"),
        ("账号", said),
    ]

"""One person or village as whoever answers a call needs it: who it is, the answer, all applications, all payments."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, Person, Role
from foundation.jinja2 import day
from refunds import schemes
from refunds.schemes import Facts, Paid
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


def of_person(user, person: Person, number: str = "") -> Dossier:
    """Only what the officer's area decides about. Three queries per scheme and one for the account."""
    applications, payments, more_applications, more_payments = [], [], False, False
    for scheme in schemes.every():
        newest = _newest(scheme.model.objects.visible_to(user).filter(applicant=person))
        more_applications |= len(newest) > MOST_APPLICATIONS
        applications += newest[:MOST_APPLICATIONS]
        rows = area.payments(user, scheme).filter(**{scheme.payer: person}).order_by("-year", "-id")
        listed = scheme.paid(rows[: MOST_PAYMENTS + 1])
        more_payments |= len(listed) > MOST_PAYMENTS
        payments += [(scheme, paid) for paid in listed[:MOST_PAYMENTS]]
    applications.sort(key=lambda refund: refund.submitted_at, reverse=True)
    parts = {paid.refund.pk: paid for _scheme, paid in payments if paid.refund and paid.refund.organisation_id}
    every = [*applications, *(paid.refund for paid in parts.values())]
    refund = _to_tell(every, number)
    part = parts.get(refund.pk) if refund else None
    return Dossier(
        title=person.name,
        facts=_facts(person),
        person=person,
        refund=refund,
        answer=answer(refund, part) if refund else None,
        applications=applications,
        payments=sorted(payments, key=lambda row: -row[1].year),
        more_applications=more_applications,
        more_payments=more_payments,
    )


def of_village(user, village: Organisation, number: str = "") -> Dossier:
    """Its batches."""
    found, more = [], False
    for scheme in schemes.every():
        newest = _newest(scheme.model.objects.visible_to(user).filter(organisation=village))
        more |= len(newest) > MOST_APPLICATIONS
        found += newest[:MOST_APPLICATIONS]
    found.sort(key=lambda refund: refund.submitted_at, reverse=True)
    refund = _to_tell(found, number)
    facts: Facts = [
        ("单位社保号", village.social_number),
        ("缴费人税号", village.tax_number),
        ("单位类型", village.kind),
        ("税务机关", village.office.name),
    ]
    told = answer(refund) if refund else None
    return Dossier(village.name, facts, None, refund, told, found, more_applications=more)


def _newest(rows):
    rows = rows.select_related("office", "applicant", "organisation", "reject_reason", "decided_by__person")
    return list(rows.order_by("-submitted_at", "-id")[: MOST_APPLICATIONS + 1])


def _to_tell(refunds: list[Any], number: str) -> Any:
    """The one that was asked about; else the oldest that nobody has finished; else the newest."""
    asked = [refund for refund in refunds if number and refund.number == number]
    waiting = [refund for refund in refunds if refund.queue != Queue.CLOSED]
    if asked or waiting:
        return asked[0] if asked else min(waiting, key=lambda refund: refund.submitted_at)
    return max(refunds, key=lambda refund: refund.submitted_at, default=None)


def _facts(person: Person) -> Facts:
    account = person.accounts.filter(role=Role.RESIDENT).first()
    said = "没有"
    if account:
        seen = account.last_login
        said = f"有，{day(timezone.localdate(seen))} 登录过" if seen else "有，还没有登录过"
    return [
        ("证件类型", person.get_id_type_display()),
        ("证件号码", person.id_number),
        ("手机", person.phone or "没有手机号"),
        ("账号", said),
    ]

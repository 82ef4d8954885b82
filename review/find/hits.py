"""The hits of a search as the list beside the answer shows them, made anew whenever the page is."""

from dataclasses import dataclass
from functools import reduce
from operator import add
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Person, Role, User
from foundation import keys
from foundation.jinja2 import money
from foundation.postgres.together import fetched
from refunds import schemes
from refunds.states import Queue, states_in
from review.find import area
from review.find.searching import Found


@dataclass(frozen=True)
class Hit:
    """`query` opens it: the name and value of one parameter."""

    title: str
    tag: str
    lines: list[str]
    query: tuple[str, str]

    @property
    def url(self) -> str:
        return url_of(self.query)


def url_of(query: tuple[str, str]) -> str:
    """Where one hit is opened."""
    return f"{reverse('review:find')}?{urlencode([query])}"


def shown(user, found: Found) -> list[Hit]:
    """All of them that still belong to the area. One query, however many there are."""
    applications = [
        scheme.model.objects.visible_to(user).filter(number__in=found.numbers) for scheme in schemes.every()
    ]
    people, villages, *refunds = fetched(
        [
            _people(user).filter(pk__in=keys.uuids_in(found.people)),
            _villages(user).filter(pk__in=found.villages),
            *(rows.select_related("applicant", "organisation") for rows in applications),
        ]
    )
    newest = [sorted(rows, key=lambda row: (row.submitted_at, row.pk), reverse=True) for rows in refunds]
    return [
        *(_person(one) for one in sorted(people, key=lambda one: (one.name, one.pk))),
        *(_application(one) for rows in newest for one in rows),
        *(_village(one) for one in sorted(villages, key=lambda one: (one.name, one.pk))),
    ]


def _people(user):
    """Those of the area, with how many applications and payments of theirs belong to it, and whether they have an account."""
    every = list(schemes.every())
    own = [scheme.model.objects.visible_to(user) for scheme in every]
    paid = [_per(area.payments(user, scheme), scheme.payer) for scheme in every]
    return Person.objects.filter(area.belongs(user)).annotate(
        applied=_sum(_per(rows, "applicant") for rows in own),
        open_ones=_sum(_per(rows.exclude(_closed()), "applicant") for rows in own),
        paid=_sum(paid),
        registered=Exists(User.objects.filter(person=OuterRef("pk"), role=Role.RESIDENT)),
    )


def _villages(user):
    batches = _sum(_per(scheme.model.objects.visible_to(user), "organisation") for scheme in schemes.every())
    return area.villages(user).annotate(batches=batches)


def _person(person) -> Hit:
    has = [f"{person.applied} 件申请，{person.open_ones} 件办理中" if person.applied else "没有申请"]
    has = has if person.registered else ["没有账号", *has]
    lines = [f"{person.id_number}，{person.phone or '没有手机号'}", "，".join([*has, f"{person.paid} 笔缴费"])]
    return Hit(person.name, "", lines, ("person", str(person.pk)))


def _application(refund) -> Hit:
    lines = [f"{refund.number}，{refund.scheme.label}", f"{money(refund.amount)} 元，{refund.status_label}"]
    return Hit(refund.payee_name, "申请", lines, ("number", refund.number))


def _village(village) -> Hit:
    lines = [village.social_number, f"{village.batches} 个批量" if village.batches else "没有申请"]
    return Hit(village.name, "村组", lines, ("village", village.pk))


def _per(rows, whose: str):
    """How many of the rows belong to the one that is looked at."""
    counted = rows.order_by().filter(**{whose: OuterRef("pk")}).values(whose).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def _sum(parts):
    return reduce(add, parts)


def _closed() -> Q:
    closed = [Q(refund_status=refund, review_status=review) for refund, review in states_in(Queue.CLOSED)]
    return Q(*closed, _connector=Q.OR)

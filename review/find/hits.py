"""The hits of a search as the list beside the answer shows them, made anew whenever the page is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import Person, Role, User
from foundation import keys
from foundation.jinja2 import money
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
        return f"{reverse('review:find')}?{urlencode([self.query])}"


def shown(user, found: Found) -> list[Hit]:
    """All of them that still belong to the area. A fixed number of queries per scheme, however many there are."""
    return [*_people(user, found.people), *_applications(user, found.numbers), *_villages(user, found.villages)]


def _people(user, found) -> Iterator[Hit]:
    known = area.people(user, keys.uuids_in(found))
    applied: Counter = Counter()
    open_ones: Counter = Counter()
    paid: Counter = Counter()
    for scheme in schemes.every() if known else ():
        own = scheme.model.objects.visible_to(user).filter(applicant__in=known)
        applied.update(_per(own, "applicant"))
        open_ones.update(_per(own.exclude(_closed()), "applicant"))
        paid.update(_per(area.payments(user, scheme).filter(**{f"{scheme.payer}__in": known}), scheme.payer))
    accounts = set(User.objects.filter(person__in=known, role=Role.RESIDENT).values_list("person", flat=True))
    for person in Person.objects.filter(pk__in=known).order_by("name", "pk"):
        has = [f"{applied[person.pk]} 件申请，{open_ones[person.pk]} 件办理中" if applied[person.pk] else "没有申请"]
        has = has if person.pk in accounts else ["没有账号", *has]
        lines = [f"{person.id_number}，{person.phone or '没有手机号'}", "，".join([*has, f"{paid[person.pk]} 笔缴费"])]
        yield Hit(person.name, "", lines, ("person", str(person.pk)))


def _applications(user, numbers) -> Iterator[Hit]:
    for scheme in schemes.every() if numbers else ():
        rows = scheme.model.objects.visible_to(user).filter(number__in=numbers).order_by("-submitted_at", "-id")
        for refund in rows.select_related("applicant", "organisation"):
            lines = [f"{refund.number}，{scheme.label}", f"{money(refund.amount)} 元，{refund.status_label}"]
            yield Hit(refund.payee_name, "申请", lines, ("number", refund.number))


def _villages(user, found) -> Iterator[Hit]:
    batches: Counter = Counter()
    for scheme in schemes.every() if found else ():
        batches.update(_per(scheme.model.objects.visible_to(user).filter(organisation__in=found), "organisation"))
    for village in area.villages(user).filter(pk__in=found).order_by("name", "pk") if found else ():
        lines = [village.social_number, f"{batches[village.pk]} 个批量" if batches[village.pk] else "没有申请"]
        yield Hit(village.name, "村组", lines, ("village", village.pk))


def _per(rows, whose: str) -> dict:
    return dict(rows.order_by().values_list(whose).annotate(Count("pk")))


def _closed() -> Q:
    closed = [Q(refund_status=refund, review_status=review) for refund, review in states_in(Queue.CLOSED)]
    return Q(*closed, _connector=Q.OR)

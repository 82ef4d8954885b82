"""Which cases a sample holds: by chance, but anybody can draw the same ones again."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import CharField, Func, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from refunds import schemes
from refunds.states import ReviewStatus
from review.models import Sample, SampledCase


@transaction.atomic
def draw(sample: Sample) -> list[SampledCase]:
    """Store a sample with its cases; none when nothing was decided in these days."""
    numbers = chosen(sample)
    if not numbers:
        return []
    sample.size = len(numbers)
    sample.save()
    cases = (SampledCase(sample=sample, position=n, number=number) for n, number in enumerate(numbers, start=1))
    return SampledCase.objects.bulk_create(cases)


def chosen(sample: Sample) -> list[str]:
    """The numbers of the decided cases of which the sample's seed makes the smallest hashes. Nobody looks at her own decision."""
    found = [
        (hashed, number)
        for scheme in schemes.every()
        if sample.scheme in ("", scheme.code)
        for hashed, number in _smallest(scheme.model, sample)
    ]
    return [number for _hashed, number in sorted(found)[: sample.size]]


def _smallest(model: Any, sample: Sample) -> Iterable[tuple[str, str]]:
    decided = model.objects.filter(
        office__path__startswith=sample.office.path,
        review_status=ReviewStatus.COMPLETED,
        decided_at__date__range=(sample.since, sample.until),
    ).exclude(decided_by=sample.drawn_by)
    by_chance = Func(
        Concat(Value(f"{sample.seed} "), Cast("number", CharField())), function="md5", output_field=CharField()
    )
    return decided.annotate(by_chance=by_chance).order_by("by_chance").values_list("by_chance", "number")[: sample.size]


def decisions_of(cases: Iterable[SampledCase], user: User) -> dict[str, Any]:
    """The applications behind them, by number, as far as this officer sees them. One query per scheme."""
    numbers = [case.number for case in cases]
    return {
        refund.number: refund
        for scheme in schemes.every()
        for refund in scheme.model.objects.visible_to(user)
        .filter(number__in=numbers)
        .select_related("applicant", "organisation", "office", "reject_reason", "decided_by__person")
    }

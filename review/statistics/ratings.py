"""好差评 of the offices of a page of numbers: sums of what is counted by month, and the newest words."""

from collections.abc import Sequence

from django.db.models import QuerySet, Sum

from inbox.models import Rating, RatingCount
from inbox.ratings.models import Grade
from review.statistics.scope import Scope

# The newest with words, below the sums.
WORDS = 10


def counted(scope: Scope) -> Sequence[tuple[str, int]]:
    """How many of each grade, the best first, since the first day of the month in which the period begins. One query."""
    rows = _within(scope, RatingCount.objects.filter(month__gte=scope.start.replace(day=1)))
    rows = rows.filter(scheme=scope.scheme) if scope.scheme else rows
    found = dict(rows.values_list("grade").annotate(Sum("count")))
    return [(grade.label, found.get(grade.value, 0)) for grade in Grade]


def newest_words(scope: Scope) -> list[Rating]:
    """The newest ratings that say something."""
    rows = _within(scope, Rating.objects.exclude(words="").select_related("office"))
    return list(rows.order_by("-id")[:WORDS])


def _within(scope: Scope, rows: QuerySet) -> QuerySet:
    if scope.whole:
        return rows.filter(office__path__startswith=scope.office.path)
    return rows.filter(office_id__in=scope.codes)

"""All checks of any number of applications. The number of queries depends on how many schemes there are, never on how many
applications."""

from collections import defaultdict

from django.db.models import prefetch_related_objects

from handoff.models import WorkItem
from refunds import schemes
from refunds.checking import Check, amounts
from review.checks import rules
from review.checks.beside import Beside


def checks_of(refunds) -> dict:
    """The checks of each, by its key: warnings first, then what holds."""
    refunds = list(refunds)
    if not refunds:
        return {}
    beside = Beside(refunds)
    items = _items(refunds, beside)
    found = {}
    for scheme, some in _by_scheme(refunds):
        prefetch_related_objects(some, "applicant", "organisation")
        own, plausible = scheme.checks(some), _amounts(scheme, some)
        for refund in some:
            checks = [*_common(refund, beside, items), *plausible.get(refund.pk, []), *own.get(refund.pk, [])]
            found[refund.pk] = sorted(checks, key=lambda check: check.holds)
    return found


def marks_of(refund, checks: list[Check]) -> list[str]:
    """Codes of review/marks.py, each once."""
    found = [check.mark for check in checks if check.mark]
    return list(dict.fromkeys([*found, *(["behalf"] if refund.evidence else [])]))


def _by_scheme(refunds):
    for scheme in schemes.every():
        some = [refund for refund in refunds if refund.scheme_code == scheme.code]
        if some:
            yield scheme, some


def _common(refund, beside, items) -> list[Check]:
    return [
        rules.name(refund),
        *([rules.deceased(refund)] if refund.applicant else []),
        rules.shared(refund, beside),
        rules.first(refund, beside),
        rules.below(refund, beside),
        rules.trouble(refund, beside, items),
        rules.others(refund, beside),
    ]


def _items(refunds, beside) -> dict:
    """The open 移交异常 of all payees' applications, by number."""
    numbers = {refund.number for refund in refunds}
    numbers |= {other.number for refund in refunds for other in beside.of_payee(refund)}
    found = defaultdict(list)
    for item in WorkItem.objects.filter(closed_at=None, number__in=numbers).order_by("id"):
        found[item.number].append(item)
    return found


def _amounts(scheme, refunds) -> dict:
    """Of single people; what each person of a batch paid, only the scheme knows."""
    singles = [refund for refund in refunds if not refund.people.many]
    if not singles:
        return {}
    bounds = amounts.bounds(scheme.code, [refund.year for refund in singles])
    return {
        refund.pk: [amounts.check(refund.year, refund.amount, refund.amount, bounds.get(refund.year))]
        for refund in singles
    }

"""退费区 filled by a list: the good lines go into the draft at once, the others are kept, sealed, to be corrected or
decided on."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from pension.models import PensionRefundLine
from pension.village import drafts
from pension.village.lists.cells import Line
from pension.village.lists.judging import Problem, Verdict, judge, packed, unpacked
from pension.village.lists.keeping import Rest, rest_of
from pension.village.lists.models import VillageUpload
from pension.village.lists.sorting import Reading

# The newest list of each payment, and no longer than this (PIPL: the shortest time that serves).
KEPT = timedelta(days=30)
TOO_MANY = f"加上已选的人员，一批超过了 {drafts.MAX_PEOPLE:,} 人，所以没有添加任何人。请先保存一批，再上传其余人员。"


def take(collective, reading: Reading, *, by, name: str = "") -> VillageUpload:
    """Put into the draft who may be refunded, and keep the answer. Raises NotRefundable, with nothing done, above 10,000."""
    with transaction.atomic():
        drafts.lock(collective)
        verdict = judge(collective, drafts.of_payment(collective), reading.lines)
        _add(collective, {payment: amount for payment, (amount, _line) in verdict.payments.items()}, by=by)
        amount = str(verdict.amounts.get(-1, 0))
        rest = Rest(name, reading.source, reading.swapped, verdict.ready, verdict.added, amount, verdict.seen)
        rest.groups = reading.groups
        VillageUpload.objects.filter(collective=collective).delete()
        return VillageUpload.objects.create(
            collective=collective,
            by=by,
            read=len(reading.lines) + rest.aside,
            ready=verdict.ready,
            added=verdict.added,
            aside=rest.aside,
            problems=packed(verdict.problems),
            rest=rest.packed(),
        )


def choose(collective, pk, wanted: dict[int, int | None], *, by) -> VillageUpload | None:
    """Take groups in, each by one of its readings, or put them aside again (None); the others stay as they are.

    Gives None where a newer upload took its place. Raises NotRefundable, with nothing done, above 10,000 people.
    """
    with transaction.atomic():
        drafts.lock(collective)
        if (upload := newest(collective, pk)) is None:
            return None
        rest, problems = rest_of(upload), problems_of(upload)
        changed = {
            place: option
            for place, option in wanted.items()
            if place < len(rest.groups) and _offers(rest.groups[place], option) and rest.groups[place].taken != option
        }
        freed = _put_aside(collective, rest, changed)
        again = _to_be_judged_again(rest, problems, changed) if freed else set()
        judged = {place for place in changed if changed[place] is not None} | again
        problems = [problem for problem in problems if problem.group not in {*changed, *again}]
        for place, option in changed.items():
            rest.groups[place].taken = option
        rest.seen = {payment: line for payment, line in rest.seen.items() if line.group not in {*changed, *again}}
        verdict = judge(collective, drafts.of_payment(collective), list(_lines(rest, judged)), rest.seen)
        _take_in(collective, rest, verdict, judged, freed if again else set(), changed, by=by)
        _write_down(upload, rest, problems + verdict.problems)
        return upload


def _offers(group, option: int | None) -> bool:
    return option is None or option < len(group.options)


def _put_aside(collective, rest: Rest, changed: dict[int, int | None]) -> set[int]:
    """Take out of the draft whom only these groups brought there. Gives their payments."""
    freed: set[int] = set()
    for place in changed:
        group = rest.groups[place]
        freed.update(group.payments)
        group.ready, group.people, group.amount, group.payments = 0, 0, "0", []
    draft = drafts.of_payment(collective)
    if freed and draft:
        PensionRefundLine.objects.filter(refund=draft, payment__in=freed).delete()
    return freed


def _to_be_judged_again(rest: Rest, problems: list[Problem], changed: dict[int, int | None]) -> set[int]:
    """Groups with a line that was refused because the same person stood in another, which may be gone now."""
    return {p.group for p in problems if p.code == "duplicate" and p.group >= 0 and p.group not in changed}


def _lines(rest: Rest, judged: set[int]):
    for place in sorted(judged):
        group = rest.groups[place]
        yield from (line._replace(group=place) for line in group.options[group.taken or 0])


def _take_in(collective, rest: Rest, verdict: Verdict, judged: set[int], freed: set[int], changed, *, by) -> None:
    """Into the draft: everybody of a group that is new, and of the others who was there until now by another group."""
    fresh = {
        payment: (amount, line)
        for payment, (amount, line) in verdict.payments.items()
        if line.group in changed or payment in freed
    }
    _add(collective, {payment: amount for payment, (amount, _line) in fresh.items()}, by=by)
    rest.seen = verdict.seen
    wrong = [problem.group for problem in verdict.problems]
    for place in judged:
        group = rest.groups[place]
        mine: dict[int, Line] = {payment: line for payment, (_amount, line) in fresh.items() if line.group == place}
        group.ready = group.rows - wrong.count(place)
        group.amount = str(verdict.amounts.get(place, 0))
        group.payments += mine
        group.people += len({(line.sheet, line.row, line.number) for line in mine.values()})


def _write_down(upload: VillageUpload, rest: Rest, problems: list[Problem]) -> None:
    upload.aside = rest.aside
    upload.ready = rest.ready + sum(group.ready for group in rest.groups)
    upload.added = min(upload.ready, rest.people + sum(group.people for group in rest.groups))
    upload.problems, upload.rest = packed(problems), rest.packed()
    upload.save()


def newest(collective, pk) -> VillageUpload | None:
    """The answer to that upload, if no newer one took its place."""
    kept = VillageUpload.objects.filter(collective=collective, pk=pk, at__gte=timezone.now() - KEPT)
    return kept.select_related("by__person").first()


def problems_of(upload: VillageUpload) -> list[Problem]:
    """The lines to be corrected, as they came. With full numbers: for the file of the clerk who may see the payment."""
    return unpacked(upload.problems.reveal("the lines to be corrected go back to the clerk who sent them"))


def _add(collective, payments: dict[int, Decimal], *, by) -> None:
    if payments:
        params = [list(payments), list(payments.values())]
        draft = drafts.open_for(collective, by=by)
        drafts.insert(draft, "unnest(%s::bigint[], %s::numeric[])", params, too_many=TOO_MANY)

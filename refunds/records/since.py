"""What the records of the tax core system say by now against applications: corrected payments, and deaths reported after 通过.

A death known before the decision is a check that the officer answers (`review/checks`). One that is reported later finds nobody who
looks, so it holds back what is not sent, as a corrected payment does; and of what was paid after that day somebody is asked who got it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from foundation.shortening import shortened
from refunds import schemes
from refunds.records import NOTHING, Changed
from refunds.states import RELEASING, ReviewStatus


def against(refunds: Sequence[Any]) -> dict[UUID, Changed]:
    """By key, for applications of one scheme. However many they are, the number of queries is the same."""
    if not refunds:
        return {}
    scheme = refunds[0].scheme
    found = dict(scheme.changes(refunds))
    for pk, words in _deaths(scheme, refunds).items():
        known = found.get(pk, NOTHING)
        said = shortened("；".join(filter(None, [known.words, words])), 300)
        found[pk] = replace(known, words=said, died=words)
    return found


def note_deaths(refunds: Iterable[Any]) -> None:
    """With 通过, before it is stored: whose death was known then. Of one scheme."""
    refunds = list(refunds)
    found = refunds[0].scheme.deceased(refunds) if refunds else {}
    for refund in refunds:
        refund.deaths_seen = tuple(sorted(found.get(refund.pk, ())))


def died_since(refund: Any) -> bool:
    """Whether somebody's death was reported since 通过."""
    return bool(_deaths(refund.scheme, [refund]))


def _deaths(scheme: schemes.Scheme, refunds: Sequence[Any]) -> dict[UUID, str]:
    """By key, in words, of what was passed."""
    passed = {
        refund.pk: refund
        for refund in refunds
        if refund.review_status == ReviewStatus.COMPLETED and refund.refund_status not in RELEASING
    }
    found = scheme.deceased(list(passed.values())) if passed else {}
    said = {}
    for pk, people in found.items():
        refund = passed[pk]
        paid_on = refund.refunded_on
        new = [
            day
            for person, day in people.items()
            if person not in refund.deaths_seen and (paid_on is None or day <= paid_on)
        ]
        if new:
            who = f" {len(new):,} 人" if refund.organisation_id else "退费人"
            said[pk] = f"通过之后报来{who}的死亡日期" + ("" if refund.organisation_id else f"（{new[0].isoformat()}）")
    return said

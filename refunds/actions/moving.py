"""A case goes to another tax office, or to other people who decide for it: because its payer or village moved, or staff changed.

What was 待复核 is 待审核 again, for whoever referred it decides no more there; who had it in hand has it no longer.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Organisation, TaxOffice
from refunds import schemes
from refunds.actions.base import WAITING_FOR_AN_OFFICER, announce
from refunds.history import acting
from refunds.models import RefundApplication
from refunds.states import ReviewStatus


@transaction.atomic
def move(model: type[RefundApplication], offices: Mapping[Any, str]) -> int:
    """Each of these applications (by key) to its office (by code), if it is not decided; drafts go silently. How many went."""
    rows = model._default_manager.select_for_update(of=("self",)).select_related("office").filter(pk__in=offices)
    moving = [row for row in rows.order_by("number") if row.office_id != offices[row.pk]]
    there = TaxOffice.objects.in_bulk(set(offices.values()))
    moved = 0
    for row in moving:
        was, row.office = row.office, there[offices[row.pk]]
        if row.review_status == ReviewStatus.DRAFT:
            with acting("draft", by=None):
                row.save(update_fields=["office"])
        elif row.review_status in WAITING_FOR_AN_OFFICER:
            _move(row, was=was.name)
            moved += 1
    return moved


def _move(row: RefundApplication, *, was: str) -> None:
    if row.review_status == ReviewStatus.COUNTERSIGN:
        row.undo_referral()
    row.taken_by = row.taken_until = None
    with acting("move", by=None, moved_from=was, moved_to=row.office.name):
        row.save()
    announce([row], "move")


def move_organisations(sender: type, organisations: Collection[str], **_signal: object) -> None:
    """Receiver of `organisations_moved`: their drafts and undecided batches go along."""
    now = dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "office_id"))
    for scheme in schemes.every():
        rows = scheme.model.objects.filter(
            Q(review_status=ReviewStatus.DRAFT) | Q(review_status__in=WAITING_FOR_AN_OFFICER), organisation__in=now
        )
        offices = {pk: now[organisation] for pk, organisation in rows.values_list("pk", "organisation_id")}
        move(scheme.model, offices)


@transaction.atomic
def change_deciders(sender: type, offices: Collection[str], **_signal: object) -> None:
    """Receiver of `deciding_changed`: what was referred to a 复核人 there goes back to those who review it from now on."""
    for scheme in schemes.every():
        rows = scheme.model.objects.select_for_update(of=("self",)).order_by("number")
        for row in rows.filter(office__in=offices, review_status=ReviewStatus.COUNTERSIGN):
            row.undo_referral()
            row.taken_by = row.taken_until = None
            with acting("redirect", by=None):
                row.save()
            announce([row], "redirect")

"""姓名变更: confirmed or refused by an administrator, with what she saw. Until then nothing of the feed with that name goes in."""

import pghistory
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone

from accounts.models import Person, User
from accounts.records.models import Change, NameChange, Renaming

# The person reads her new name from now on, and whoever compares names looks again. Sent inside the transaction, with `person`.
renamed = Signal()


class CannotDecide(Exception):
    """Why nothing was done, as a sentence for the page."""


def waiting() -> QuerySet[NameChange]:
    """The list, the longest wait first."""
    return NameChange.objects.filter(state=Renaming.WAITING).select_related("person").order_by("id")


@transaction.atomic
def confirm(pk: int, *, by: User, evidence: str) -> NameChange:
    """She is called that now: rows with the new name load, and those with the old one still do. Raises CannotDecide."""
    change = _locked(pk, by=by, evidence=evidence)
    person = Person.objects.select_for_update().get(pk=change.person_id)
    change.old_name, person.name = person.name, change.new_name
    with pghistory.context(action="rename", user=by.pk, name=by.display_name, role=by.role, evidence=evidence):
        _decide(change, Renaming.CONFIRMED, by=by, evidence=evidence)
        person.save(update_fields=["name", "initials"])
    renamed.send(sender=Person, person=person)
    return change


@transaction.atomic
def refuse(pk: int, *, by: User, evidence: str) -> NameChange:
    """She is not called that: the rows stay refused, and say so. Raises CannotDecide."""
    change = _locked(pk, by=by, evidence=evidence)
    with pghistory.context(action="refuse_name", user=by.pk, name=by.display_name, role=by.role, evidence=evidence):
        _decide(change, Renaming.REFUSED, by=by, evidence=evidence)
    return change


def _locked(pk: int, *, by: User, evidence: str) -> NameChange:
    change = NameChange.objects.select_for_update().filter(pk=pk).first()
    if change is None:
        raise CannotDecide("没有找到这条姓名变更。请从列表重新进入。")
    if change.state != Renaming.WAITING:
        raise CannotDecide(f"这条姓名变更已经处理：{change.get_state_display()}。您的操作没有生效。")
    if change.person_id == by.person_id:
        raise CannotDecide("这条姓名变更与您本人有关，须由另一位管理员处理。")
    if not evidence.strip():
        raise CannotDecide("请写明看过的材料，如户口簿变更页、公安机关证明。")
    return change


def _decide(change: NameChange, state: Renaming, *, by: User, evidence: str) -> None:
    change.state, change.decided_by, change.decided_at = state, by, timezone.now()
    change.evidence = evidence.strip()
    change.save()
    Change.objects.create(
        by=by, what="姓名变更", before=change.old_name, after=f"{change.new_name}，{change.get_state_display()}"
    )

"""A file of many lines leaves with a second person's word only (GB/T 35273-2020 7.1): asked for with what it is for, agreed to by a
复核人 of the same area, and good once, for the very list, within a day."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Role, User
from foundation import keys
from foundation.form_parts import NO_NUL
from foundation.shortening import shortened
from refunds.parameters import values
from review.models import ExportRequest
from review.words import without_numbers

GOOD_FOR = timedelta(days=1)
# Counted so far and no further: a file is never longer.
MOST_COUNTED = 1_000_000
WAITING, AGREED, REFUSED, TAKEN = ExportRequest.State


class CannotBeDone(Exception):
    """Why nothing was done, as a sentence for the page."""


class WhyForm(forms.Form):
    """用途: what so many people's data are needed for."""

    why = forms.CharField(
        label="用途",
        max_length=200,
        validators=[without_numbers],
        error_messages={
            "required": "请写明导出的用途。",
            "max_length": "用途不能超过 200 个字。",
            "null_characters_not_allowed": "用途" + NO_NUL,
        },
    )
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)


def is_large(wanted: Sequence[QuerySet[Any]]) -> bool:
    """Whether they are more than one may take out alone."""
    return count(wanted, values.whole("export-rows")) > values.whole("export-rows")


def count(wanted: Sequence[QuerySet[Any]], most: int = MOST_COUNTED) -> int:
    """How many they are; no further than one beyond `most`."""
    found = 0
    for rows in wanted:
        found += rows.order_by()[: most + 1 - found].count()
        if found > most:
            break
    return found


def ask(request: Any, wanted: Sequence[QuerySet[Any]], *, query: str, words: str) -> HttpResponse:
    """The page on which it is asked for, or, with what it is for, what became of that."""
    form = WhyForm(request.POST if "why" in request.POST else None, initial={"query": query})
    if form.is_bound and form.is_valid():
        made = ExportRequest.objects.create(
            by=request.user,
            office=request.user.office,
            query=query[:1000],
            words=shortened(words, 500),
            rows=count(wanted),
            why=form.cleaned_data["why"],
        )
        return render(request, "review/export_asked.jinja", {"made": made})
    bound = values.whole("export-rows")
    context = {"form": form, "words": words, "query": query, "bound": bound}
    return render(request, "review/export_ask.jinja", context, status=422)


def seen(user: User) -> QuerySet[ExportRequest]:
    """One's own, and what a 复核人 may answer or an auditor reads: those of her area, and of the offices above her."""
    assert user.office is not None, "every officer has one"
    known = ExportRequest.objects.select_related("by__person", "by__office", "answered_by__person", "office")
    if user.role == Role.REVIEWER:
        return known.filter(by=user)
    above = [user.office.path[:end] for end in range(1, len(user.office.path) + 1)]
    return known.filter(Q(by=user) | Q(office__path__startswith=user.office.path) | Q(office__path__in=above))


def may_answer(user: User, one: ExportRequest) -> bool:
    """A 复核人 who did not ask."""
    return user.role == Role.COUNTERSIGNER and one.by_id != user.pk and one.state == WAITING


def is_good(user: User, one: ExportRequest) -> bool:
    """Whether she may take the file out now."""
    fresh = one.answered_at is not None and one.answered_at > timezone.now() - GOOD_FOR
    return one.by_id == user.pk and one.state == AGREED and fresh


@transaction.atomic
def answer(pk: int, *, agreed: bool, by: User) -> ExportRequest:
    """Agree, or do not. Raises CannotBeDone, ExportRequest.DoesNotExist."""
    one = seen(by).select_for_update(of=("self",)).get(pk=pk)
    if not may_answer(by, one):
        raise CannotBeDone("这件导出申请已有答复，或须由另一位复核人答复。您的操作没有生效。")
    one.state, one.answered_by, one.answered_at = (AGREED if agreed else REFUSED), by, timezone.now()
    one.save(update_fields=["state", "answered_by", "answered_at"])
    return one


@transaction.atomic
def take(user: User, key: str, query: str) -> bool:
    """Use what was agreed to, if it is good for this list; a second file needs another word."""
    asked = ExportRequest.objects.select_for_update(of=("self",)).filter(by=user, query=query[:1000])
    one = asked.filter(pk__in=keys.numbers_in([key])).first()
    if one is None or not is_good(user, one):
        return False
    one.state = TAKEN
    one.save(update_fields=["state"])
    return True

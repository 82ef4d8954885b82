"""税务端: what officers write down on a case without deciding it: answers to warnings, and notes for colleagues."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.guards import for_roles
from accounts.models import Role
from refunds import actions, errors
from review.case import passing
from review.case.forms import NoteForm
from review.case.views import case_page, visible
from review.models import Note


@require_POST
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def answer(request, number):
    """Keep the answers to the warnings; the case stays where it is."""
    try:
        with transaction.atomic():
            refund = actions.locked(number, by=request.user)
            if refund.concerns(request.user.person):
                raise errors.NotAllowed("这笔申请与您本人有关，须由另一位税务人员核对。")
            if not passing.waits_for(refund, request.user):
                raise errors.AlreadyDecided(refund)
            _found, problems = passing.store(refund, request.POST, by=request.user)
    except errors.NoSuchApplication as error:
        raise Http404 from error
    except errors.RefundError as error:
        return case_page(request, visible(request, number), refused=error.message)
    if problems:
        return case_page(request, visible(request, number), problems=problems)
    messages.success(request, "核对结论已保存。")
    return redirect(f"{reverse('review:case', args=[number])}#checks")


@require_POST
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def note(request, number):
    """写备注, for colleagues only."""
    refund = visible(request, number)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return case_page(request, refund, noting=form)
    Note.objects.create(number=refund.number, by=request.user, text=form.cleaned_data["note"])
    messages.success(request, "备注已保存，只有税务人员能看到。")
    return redirect(f"{reverse('review:case', args=[number])}#notes")

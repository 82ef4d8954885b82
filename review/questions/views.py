"""税务端: 咨询. Whoever decides for the office answers; others above it read along."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, Role
from foundation.paging import page_of
from inbox.questions import asking
from inbox.questions.forms import AnswerForm
from inbox.questions.models import Question
from refunds import schemes
from review.queue import queues
from review.queue.rows import limit_until

PAGE_SIZE = 50
ANSWERED = "answered"


@require_safe
@for_roles(*OFFICER_ROLES)
def questions(request):
    """Those that wait for an answer, the shortest time left first; or those that have one, the newest first."""
    chosen = ANSWERED if request.GET.get("segment") == ANSWERED else ""
    rows = queues.questions_seen(request.user).select_related("office", "answered_by__person")
    if chosen:
        rows = rows.filter(answered_at__isnull=False)
        page = page_of(request, [rows], size=PAGE_SIZE, keys=["id"], newest_first=True)
    else:
        page = page_of(request, [rows.waiting()], size=PAGE_SIZE, keys=("due_on", "id"))
    here = reverse("review:questions")
    segments = [("等答复", here, not chosen), ("已答复", f"{here}?segment={ANSWERED}", bool(chosen))]
    limits = {one.pk: limit_until(one.due_on) for one in page.rows}
    context = {"page": page, "chosen": chosen, "segments": segments, "limits": limits}
    return render(request, "review/questions.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*OFFICER_ROLES)
def question(request, number):
    """One question, and its answer."""
    if request.method == "POST" and request.user.role == Role.AUDITOR:
        raise PermissionDenied
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _answered(request, number, form):
        messages.success(request, f"已答复 {number}，咨询人会收到消息。")
        return redirect("review:questions")
    known = ("office", "organisation", "asked_by__person", "answered_by__person")
    rows = queues.questions_seen(request.user).select_related(*known)
    one = rows.filter(number=number).first()
    if one is None:
        raise Http404
    context = {"question": one, "about": _case(request.user, one.about), "form": form, "limit": limit_until(one.due_on)}
    status = 409 if form.is_bound and one.answered_at else 422 if form.is_bound else 200
    return render(request, "review/question.jinja", context | {"typed": form["answer"].value() or ""}, status=status)


def _case(user, number) -> bool:
    """Whether she may open the application that a question is about: it may be another office's."""
    scheme = schemes.of_number(number)
    return bool(scheme and scheme.model.objects.visible_to(user).filter(number=number).exists())


def _answered(request, number, form) -> bool:
    try:
        asking.answer(number, form.cleaned_data["answer"], by=request.user)
    except Question.DoesNotExist:
        raise Http404 from None
    except asking.CannotBeDone as reason:
        form.add_error(None, str(reason))
        return False
    return True

"""互动中心 → 我要咨询: ask, and read what was answered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import SignedIn, for_roles
from accounts.models import Role
from foundation.paging import page_of
from inbox.models import Message
from inbox.questions import asking
from inbox.questions.forms import QuestionForm
from inbox.questions.models import Question
from refunds.replies import HOME

CRUMBS = HOME.to("互动中心", "interaction")


@require_safe
@for_roles(Role.RESIDENT, Role.CLERK)
def listed(request: SignedIn) -> HttpResponse:
    """我的咨询, the newest first."""
    page = page_of(request, [Question.objects.visible_to(request.user)], size=20, newest_first=True, keys=["id"])
    return render(request, "inbox/questions.jinja", {"crumbs": CRUMBS.here("我的咨询"), "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
def ask(request: SignedIn) -> HttpResponse:
    """我要咨询."""
    form = QuestionForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            question = asking.ask(by=request.user, **form.cleaned_data)
        except asking.CannotBeDone as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"问题已提交，咨询编号 {question.number}，{question.due_on} 前答复。")
            return redirect(question)
    context = {"crumbs": CRUMBS.to("我的咨询", "questions:list").here("我要咨询"), "form": form}
    return render(request, "inbox/ask.jinja", context, status=422 if form.is_bound else 200)


@require_safe
@for_roles(Role.RESIDENT, Role.CLERK)
def one(request: SignedIn, number: str) -> HttpResponse:
    """One question and its answer; whoever reads it has read the message of it."""
    mine = Question.objects.visible_to(request.user).select_related("office")
    question = get_object_or_404(mine, number=number.replace("\0", ""))
    if question.answered_at:
        Message.objects.visible_to(request.user).filter(number=question.number).read()
    context = {"crumbs": CRUMBS.to("我的咨询", "questions:list").here(question.number), "question": question}
    return render(request, "inbox/question.jinja", context)

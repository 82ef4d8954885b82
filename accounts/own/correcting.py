"""更正申请 (PIPL 46): what she says is wrong in her record, and the answer of an administrator."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.administration.views import for_administrators, shown
from accounts.guards import SignedIn, for_roles
from accounts.models import Change, Correction, Role, User
from accounts.own.models import CorrectionOf
from foundation import masks
from foundation.form_parts import TextField
from foundation.paging import page_of

# Of one person at a time; whoever has more to say says it in one of them.
MOST_OPEN = 5
PAGE_SIZE = 20


class CorrectionForm(forms.Form):
    """What is wrong, and what is right."""

    of = forms.ChoiceField(label="哪里不对", choices=CorrectionOf, error_messages={"required": "请选择哪里不对。"})
    words = TextField(
        "现在是什么，应当是什么", 500, "请写明现在是什么、应当是什么。", widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(forms.Form):
    """What came of it, for her to read."""

    answer = TextField("答复", 300, "请写明怎么处理的。", widget=forms.Textarea(attrs={"rows": 3}))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
def corrections(request: SignedIn) -> HttpResponse:
    """Hers, the newest first, and another one."""
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if _ask(request.user, form):
            messages.success(request, "更正申请已提交，答复会显示在这里。")
            return redirect("accounts:corrections")
        form.add_error(None, f"您有 {MOST_OPEN} 件更正申请还没有答复。请等答复后再提。")
    # All of them: who has MOST_OPEN without an answer asks for no more, so they stay as few as a person writes.
    mine = Correction.objects.filter(user=request.user).order_by("-asked_at")
    context = {"form": form, "mine": [(one, one.words.reveal("she reads what she wrote")) for one in mine]}
    return render(request, "accounts/own/corrections.jinja", context, status=422 if form.errors else 200)


@transaction.atomic
def _ask(user: User, form: CorrectionForm) -> bool:
    """Whether it was taken; the same words sent twice are one."""
    User.objects.select_for_update().get(pk=user.pk)
    waiting = list(Correction.objects.filter(user=user, answered_at=None))
    said = form.cleaned_data
    if any(one.of == said["of"] and one.words.reveal("sent twice is once") == said["words"] for one in waiting):
        return True
    if len(waiting) >= MOST_OPEN:
        return False
    Correction.objects.create(user=user, of=said["of"], words=said["words"])
    return True


@require_safe
@for_administrators
def waiting(request: SignedIn) -> HttpResponse:
    """Those without an answer, the longest wait first."""
    rows = Correction.objects.filter(answered_at=None).select_related("user__person")
    page = page_of(request, [rows], size=PAGE_SIZE, keys=["id"])
    return shown(request, "administration/corrections.jinja", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def answer(request: SignedIn, pk: Any) -> HttpResponse:
    """One of them: what she wrote, and the answer, which is given once."""
    asked = Correction.objects.select_related("user__person", "answered_by__person").filter(pk=pk).first()
    if asked is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if _answered(asked, form.cleaned_data["answer"], by=request.user):
            messages.success(request, "答复已保存，本人在用户中心能看到。")
        else:
            messages.warning(request, "这件更正申请已有人答复，您的答复没有保存。")
        return redirect("administration:corrections")
    words = masks.in_text(asked.words.reveal("whoever answers reads it, without whole numbers"))
    context = {"asked": asked, "words": words, "form": form}
    return shown(request, "administration/correction.jinja", context, status=422 if form.errors else 200)


@transaction.atomic
def _answered(asked: Correction, answer: str, *, by: User) -> bool:
    """Whether nobody was earlier; on record."""
    waiting = Correction.objects.filter(pk=asked.pk, answered_at=None)
    if not waiting.update(answer=answer, answered_by=by, answered_at=timezone.now()):
        return False
    Change.objects.create(by=by, what="答复更正申请", before=asked.user.display_name, after="已答复，见该件更正申请")
    return True

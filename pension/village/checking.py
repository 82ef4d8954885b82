"""核对退费信息: what a batch comes to, looked at once more, and its submission (P3-16)."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from accounts.models import Role
from foundation.capital import capital
from pension.village import batches, drafts
from pension.village.forms import initial_of
from pension.village.views import VILLAGE, form_of, own
from refunds import errors


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLERK)
def check(request, pk):
    """The check page: people, total in figures and 大写, account; then the submission of exactly what it showed."""
    collective = own(request, pk)
    draft = drafts.of_payment(collective)
    if draft is None:
        return _already_gone(request)
    form = form_of(draft, {**initial_of(draft), "number_checked": "on"})
    if why := batches.problem(draft) or first_error(form):
        messages.warning(request, f"这批退费现在还不能提交，所以回到了填写页。{why}")
        return redirect("pension:village-batch", pk=pk)
    chosen = drafts.chosen(draft)
    if request.method == "POST":
        return _submit(request, collective, form.cleaned_data)
    context = {
        "crumbs": VILLAGE.here("核对退费信息"),
        "collective": collective,
        "draft": draft,
        "account": form.cleaned_data,
        "doubts": form.doubts,
        "chosen": chosen,
        "capital": capital(chosen.amount),
        "seen": batches.fingerprint(draft, form.cleaned_data),
        "key": uuid.uuid4(),
        "sample": drafts.chosen_lines(draft).select_related("payment__person")[:10],
    }
    return render(request, "pension/village/check.jinja", context)


def first_error(form) -> str:
    """The first sentence that the form has to say; empty when all is well."""
    return next((str(words[0]) for words in form.errors.values()), "")


def _submit(request, collective, account):
    try:
        refund = batches.submit(
            collective, account=account, by=request.user, key=request.POST.get("key"), seen=request.POST.get("seen", "")
        )
    except batches.Changed as error:
        messages.warning(request, error.message)
        return redirect("pension:village-check", pk=collective.pk)
    except errors.RefundError as error:
        messages.error(request, error.message)
        return redirect("pension:village-batch", pk=collective.pk)
    messages.success(
        request, f"退费申报已提交：{refund.people_count:,} 人，{refund.amount:,.2f} 元，批次号 {refund.number}。"
    )
    return redirect("pension:village-lines", number=refund.number)


def _already_gone(request):
    messages.warning(request, "这笔缴费没有正在办理的退费，可能已经提交。请在【退费进度】里查看。")
    return redirect("pension:village")

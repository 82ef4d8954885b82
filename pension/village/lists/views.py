"""退费区 by file and by paste: the template, the upload, its answer and the lines to be corrected."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from foundation import masks
from foundation.excel.writing import download
from pension.village import collectives, drafts
from pension.village.lists import sheets, taking
from pension.village.lists.forms import UploadForm
from pension.village.lists.judging import groups_of
from pension.village.lists.reading import SCIENTIFIC
from pension.village.views import VILLAGE
from refunds import errors

SAMPLES = 5


@require_safe
@for_roles(Role.CLERK)
def template(request, pk):
    """The empty list to be filled in."""
    _own(request, pk)
    return download(sheets.template(), "template.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLERK)
def upload(request, pk):
    """One file or one paste. The good lines are in the draft when the answer comes; nothing waits for the others."""
    collective = _own(request, pk)
    form = UploadForm.of(request)
    if form.is_bound and form.is_valid():
        try:
            taken = taking.take(collective, form.cleaned_data["lines"], by=request.user)
        except errors.RefundError as error:
            form.add_error(None, error.message)
        else:
            return redirect("pension:village-upload-report", pk=pk, upload=taken.pk)
    context = {
        **_page(request, collective, "上传名单"),
        "form": form,
        "chosen": drafts.chosen(drafts.of_payment(collective)),
    }
    return render(request, "pension/village/upload.jinja", context, status=422 if form.errors else 200)


@require_safe
@for_roles(Role.CLERK)
def report(request, pk, upload):
    """How many may be submitted, how many are to be corrected and why, the most frequent cause first."""
    collective = _own(request, pk)
    taken = taking.newest(collective, upload)
    if taken is None:
        return _gone(request, pk)
    groups = [
        (group, [(problem, _shown(problem.number)) for problem in group.problems[:SAMPLES]])
        for group in groups_of(taking.problems_of(taken))
    ]
    context = {**_page(request, collective, "上传结果"), "upload": taken, "groups": groups}
    return render(request, "pension/village/upload_report.jinja", context)


@require_safe
@for_roles(Role.CLERK)
def bad_lines(request, pk, upload):
    """Only the lines to be corrected, with the reason of each; it can be uploaded again as it is."""
    taken = taking.newest(_own(request, pk), upload)
    if taken is None:
        return _gone(request, pk)
    return download(sheets.to_correct(taking.problems_of(taken)), "to-correct.xlsx")


def _shown(number: str) -> str:
    """Masked; but 4.20984E+17 is nobody's number, and says best what happened to it."""
    return number if SCIENTIFIC.fullmatch(number) else masks.id_number(number)


def _page(request, collective, here) -> dict:
    crumbs = VILLAGE.to("退费信息", "pension:village-batch", collective.pk).here(here)
    return {"crumbs": crumbs, "collective": collective}


def _own(request, pk):
    return get_object_or_404(collectives.of_clerk(request.user).select_related("organisation__office"), pk=pk)


def _gone(request, pk):
    messages.warning(
        request,
        "这次上传的结果已不再保留：只保留这笔缴费最近一次上传的结果，最长 30 天。已加入退费区的人员不受影响；"
        "需要时请重新上传名单，不会重复添加。",
    )
    return redirect("pension:village-upload", pk=pk)

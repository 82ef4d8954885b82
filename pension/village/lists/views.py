"""退费区 by file and by paste: the template, the upload, its answer and the lines to be corrected."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from foundation import keys
from foundation.excel.writing import download
from pension.village import collectives, drafts
from pension.village.lists import report as answer
from pension.village.lists import sheets, taking
from pension.village.lists.forms import UploadForm
from pension.village.lists.keeping import rest_of
from pension.village.views import VILLAGE
from refunds import errors


@require_safe
@for_roles(Role.CLERK)
def template(request, pk):
    """The empty list to be filled in."""
    _own(request, pk)
    return download(sheets.template(), "template.xlsx")


@require_safe
@login_not_required
def empty_list(request):
    """The same for whoever prepares a list before she signs in: nothing of anybody is in it."""
    return download(sheets.template(), "template.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLERK)
def upload(request, pk):
    """One file or one paste. The good lines are in the draft when the answer comes; nothing waits for the others."""
    collective = _own(request, pk)
    form = UploadForm.of(request)
    if form.is_bound and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            reading, name = form.cleaned_data["reading"], file.name if file else ""
            taken = taking.take(collective, reading, by=request.user, name=name)
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
    """How many may be submitted, how many are to be corrected and why, and what was left aside for the clerk's word."""
    collective = _own(request, pk)
    taken = taking.newest(collective, upload)
    if taken is None:
        return _gone(request, pk)
    rest, problems = rest_of(taken), taking.problems_of(taken)
    context = {
        **_page(request, collective, "上传结果"),
        "upload": taken,
        "rest": rest,
        "name": answer.masked(rest.name),
        "source": answer.masked(rest.source),
        "causes": answer.causes(problems, _count(request, "cause"), _count(request, "from")),
        "asides": answer.asides(rest),
    }
    return render(request, "pension/village/upload_report.jinja", context)


@require_POST
@for_roles(Role.CLERK)
def groups(request, pk, upload):
    """Take groups that were left aside into the draft, or put them aside again: one press each, or all of them."""
    collective = _own(request, pk)
    taken = taking.newest(collective, upload)
    if taken is None:
        return _gone(request, pk)
    try:
        done = taking.choose(collective, upload, _wanted(request.POST, rest_of(taken)), by=request.user)
    except errors.RefundError as error:
        messages.error(request, error.message)
    else:
        if done is None:
            return _gone(request, pk)
        messages.success(
            request, f"已按您的选择重算：{done.ready:,} 可提交，{done.bad:,} 需修改，{done.aside:,} 暂未加入。"
        )
    return redirect("pension:village-upload-report", pk=pk, upload=upload)


def _wanted(posted, rest) -> dict[int, int | None]:
    """By group, the reading to take it in by, or None to put it aside. What nobody offered is passed over."""
    if posted.get("all"):
        return {n: 0 for n, group in enumerate(rest.groups) if group.taken is None and group.plain}
    group, _, option = posted.get("take", "").partition("-")
    if keys.is_number(group) and keys.is_number(option):
        return {int(group): int(option)}
    return {int(posted["leave"]): None} if keys.is_number(posted.get("leave", "")) else {}


def _count(request, name: str) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if keys.is_number(asked) else 0


@require_safe
@for_roles(Role.CLERK)
def bad_lines(request, pk, upload):
    """Only the lines to be corrected, with the reason of each; it can be uploaded again as it is."""
    taken = taking.newest(_own(request, pk), upload)
    if taken is None:
        return _gone(request, pk)
    return download(sheets.to_correct(taking.problems_of(taken)), "to-correct.xlsx")


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

"""税务端: 抽查. The list of samples, one of them, and one case of it."""

import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from foundation.paging import page_of
from refunds import schemes
from review.models import Sample, SampledCase, Verdict
from review.sample.drawing import decisions_of, draw
from review.sample.forms import MOST_SEED, DrawForm, VerdictForm

PAGE_SIZE = 30
reading = for_roles(Role.COUNTERSIGNER, Role.AUDITOR)


@require_http_methods(["GET", "HEAD", "POST"])
@reading
def samples(request):
    """Those of one's own offices, the newest first; a 复核人 draws another one."""
    form = DrawForm(_posted(request), user=request.user)
    if request.method == "POST":
        _only_countersigners(request)
        if form.is_valid():
            seed = form.cleaned_data.pop("seed") or secrets.randbelow(MOST_SEED) + 1
            sample = Sample(drawn_by=request.user, seed=seed, **form.cleaned_data)
            if draw(sample):
                return redirect("review:sample", pk=sample.pk)
            form.add_error("until", "这些条件下没有已作出决定的申请，请换一个期间或机关。")
    page = page_of(request, [_visible(request)], size=PAGE_SIZE, keys=("drawn_at", "id"), newest_first=True)
    context = {"form": form, "page": page, "scheme_label": _scheme_label, "may_draw": _may_look(request)}
    return render(request, "review/samples.jinja", context, status=422 if form.errors else 200)


@require_safe
@reading
def sample(request, pk):
    """Its cases, with what was found."""
    found = get_object_or_404(_visible(request), pk=pk)
    cases = list(found.cases.select_related("seen_by__person").order_by("position"))
    refunds = decisions_of(cases, request.user)
    numbers = {verdict: sum(case.verdict == verdict for case in cases) for verdict in ("", *Verdict)}
    context = {"sample": found, "rows": [(case, refunds.get(case.number)) for case in cases], "numbers": numbers}
    return render(request, "review/sample.jinja", context | {"scheme_label": _scheme_label})


@require_http_methods(["GET", "HEAD", "POST"])
@reading
def sampled(request, pk, position):
    """One case: what was decided, and the second look at it."""
    found = get_object_or_404(_visible(request), pk=pk)
    case = get_object_or_404(found.cases.select_related("seen_by__person"), position=position)
    form = VerdictForm(_posted(request), initial={"verdict": case.verdict, "words": case.words})
    if request.method == "POST":
        _only_countersigners(request)
        if form.is_valid():
            return _keep(request, found, case, form.cleaned_data)
    context = {"sample": found, "case": case, "form": form, "may_look": _may_look(request)}
    context["refund"] = decisions_of([case], request.user).get(case.number)
    return render(request, "review/sampled.jinja", context, status=422 if form.errors else 200)


@transaction.atomic
def _keep(request, found, case, said):
    """What she found; of a colleague's finding nobody makes another one. Then the next case that nobody has looked at."""
    case = SampledCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.seen_by_id not in (None, request.user.pk):
        messages.error(
            request, f"{case.number} 已由{case.seen_by.display_name}复查，结论是“{case.get_verdict_display()}”。"
        )
        return redirect("review:sampled", pk=found.pk, position=case.position)
    SampledCase.objects.filter(pk=case.pk).update(seen_by=request.user, seen_at=timezone.now(), **said)
    messages.success(request, f"{case.number} 的复查结论已保存：{Verdict(said['verdict']).label}。")
    following = found.cases.filter(verdict="").order_by("position").first()
    if following:
        return redirect("review:sampled", pk=found.pk, position=following.position)
    return redirect("review:sample", pk=found.pk)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _visible(request):
    rows = Sample.objects.filter(office__path__startswith=request.user.office.path)
    return rows.select_related("office", "drawn_by__person")


def _may_look(request) -> bool:
    return request.user.role == Role.COUNTERSIGNER


def _only_countersigners(request) -> None:
    if not _may_look(request):
        raise PermissionDenied


def _scheme_label(code: str) -> str:
    return schemes.get(code).label if code else "全部险种"

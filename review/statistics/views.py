"""税务端: 统计, on a page and as a file."""

from django.http import QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, User
from review.exports.answers import answer, format_of
from review.models import ExportKind
from review.statistics import ratings, sheet
from review.statistics.figures import FEW, Figures, Load, figures_of
from review.statistics.scope import ScopeForm, may_see_colleagues
from review.statistics.sums import sums_of

# Of the weeks, before 显示全部.
SHOWN = 6


@require_safe
@for_roles(*OFFICER_ROLES)
def statistics(request):
    """The numbers of one's own office and of those below: three queries, over summaries only; and what was said last in 好差评."""
    form, figures, loads = _asked(request.GET, request.user)
    shown = len(figures.weeks) if "all" in request.GET else SHOWN
    rated = {"ratings": ratings.counted(form.scope), "words": ratings.newest_words(form.scope)}
    context = {"form": form, "scope": form.scope, "figures": figures, "loads": loads, "few": FEW}
    return render(request, "review/statistics.jinja", context | rated | {"newest": figures.weeks[: -shown - 1 : -1]})


@require_POST
@for_roles(*OFFICER_ROLES)
def export(request):
    """导出本页数字."""
    form, figures, loads = _asked(request.POST, request.user)
    return answer(
        sheet.HEADER,
        sheet.lines(figures, loads, ratings.counted(form.scope)),
        kind=ExportKind.STATISTICS,
        words=form.scope.words,
        as_=format_of(request.POST.get("format", "")),
        by=request.user,
    )


def _asked(data: QueryDict, user: User) -> tuple[ScopeForm, Figures, list[Load]]:
    form = ScopeForm(data, user=user)
    figures = figures_of(form.scope, sums_of(form.scope))
    seen = figures.loads if may_see_colleagues(user) else [load for load in figures.loads if load.key == str(user.pk)]
    return form, figures, seen

"""评价 of one application, reached from its page."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import SignedIn, for_roles
from accounts.models import Role
from inbox.questions.forms import WordsField
from inbox.ratings import rating
from inbox.ratings.models import Grade
from refunds import schemes
from refunds.replies import HOME


class RatingForm(forms.Form):
    """好差评."""

    grade = forms.TypedChoiceField(
        label="您对这次办理满意吗",
        choices=Grade.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一项评价。", "invalid_choice": "没有这一项评价。请重新选择。"},
    )
    words = WordsField("说明", 300, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
def rate(request: SignedIn, number: str) -> HttpResponse:
    """Once; after that it shows what was said."""
    scheme = schemes.of_number(number)
    refund = scheme and scheme.model.objects.visible_to(request.user).filter(number=number).first()
    if not refund:
        raise Http404
    form = RatingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            rating.rate(refund, by=request.user, **form.cleaned_data)
        except rating.CannotRate as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "谢谢您的评价，它计入受理税务机关的统计。")
            return redirect("ratings:rate", refund.number)
    context = {
        "crumbs": HOME.to("查询中心", "inquiry").here("评价"),
        "refund": refund,
        "given": rating.of(refund),
        "may": rating.may_be_rated(refund),
        "form": form,
    }
    return render(request, "inbox/rate.jinja", context, status=422 if form.is_bound else 200)

"""参数: each with its value, since when, by whom, and what comes; a new value is looked at before it is saved."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.administration.views import for_administrators, shown
from accounts.guards import SignedIn
from foundation import keys
from refunds.parameters import setting, values
from refunds.parameters.models import ParameterValue
from refunds.parameters.values import DECLARED, Parameter

# Of each parameter so many values are shown, the newest.
MOST_SHOWN = 20
HELP = "如文号、会议纪要；以后查得到。"


class ValueForm(forms.Form):
    """A new value, its day and its basis."""

    value = forms.DecimalField(
        max_digits=12,
        decimal_places=2,
        error_messages={
            "required": "请输入新的值。",
            "invalid": "请输入数字，不带逗号和单位。",
            "max_digits": "数字太长。请核对。",
            "max_decimal_places": "最多两位小数。",
            "max_whole_digits": "数字太长。请核对。",
        },
    )
    from_day = forms.DateField(
        label="从哪天起",
        help_text="最早明天。",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请选择从哪天起。", "invalid": "日期应写成 2027-01-01。"},
    )
    basis = forms.CharField(
        label="依据",
        max_length=200,
        help_text=HELP,
        error_messages={"required": "请写明依据，如文号。", "max_length": "最多 200 个字。请改短一些。"},
    )

    def __init__(self, parameter: Parameter, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._parameter = parameter
        field = self.fields["value"]
        field.label = f"新的值（{parameter.unit}）"
        field.help_text = f"现在是 {parameter.shown(values.value(parameter.code))}。"
        self.fields["from_day"].widget.attrs["min"] = (timezone.localdate() + timedelta(days=1)).isoformat()

    def clean_value(self) -> Decimal:
        one, value = self._parameter, Decimal(self.cleaned_data["value"])
        if not one.is_money and value != value.to_integral_value():
            raise forms.ValidationError("应为整数。")
        if not one.lowest <= value <= one.highest:
            raise forms.ValidationError(f"应在 {one.shown(one.lowest)}到 {one.shown(one.highest)}之间。")
        return value

    def clean_from_day(self) -> Any:
        day = self.cleaned_data["from_day"]
        if day <= timezone.localdate():
            raise forms.ValidationError("最早从明天起。请改选日期。")
        return day


@require_safe
@for_administrators
def listed(request: SignedIn) -> HttpResponse:
    """All of them."""
    return shown(request, "administration/parameters.jinja", _context(None))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def parameter(request: SignedIn, code: str) -> HttpResponse:
    """One of them: its values, and the form of a new one. What it would change is shown before it is saved."""
    one = DECLARED.get(code)
    if one is None:
        raise Http404
    if request.method != "POST":
        return shown(request, "administration/parameters.jinja", _context(one))
    form = ValueForm(one, request.POST)
    if not form.is_valid():
        return shown(request, "administration/parameters.jinja", _context(one, form), status=422)
    value, day, basis = (form.cleaned_data[name] for name in ("value", "from_day", "basis"))
    seen = f"{value} {day.isoformat()}"
    if request.POST.get("seen") == seen:
        try:
            setting.set_value(one, value, day, basis, by=request.user)
        except setting.CannotBeDone as reason:
            form.add_error("from_day", str(reason))
            return shown(request, "administration/parameters.jinja", _context(one, form), status=409)
        messages.success(request, f"{one.label}从 {day.isoformat()} 起为 {one.shown(value)}。")
        return redirect("parameters:parameter", code)
    more = {"effect": setting.would_change(one, value, day), "seen": seen, "day": day}
    return shown(request, "administration/parameters.jinja", _context(one, form) | more)


@require_POST
@for_administrators
def cancel(request: SignedIn, code: str) -> HttpResponse:
    """取消将要的值."""
    if code not in DECLARED:
        raise Http404
    for pk in keys.numbers_in([request.POST.get("value", "")]):
        try:
            setting.cancel(pk, by=request.user)
        except setting.CannotBeDone as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, "将要的值已取消。")
    return redirect("parameters:parameter", code)


def _context(one: Parameter | None, form: ValueForm | None = None) -> dict[str, Any]:
    today = timezone.localdate()
    rows = list(ParameterValue.objects.select_related("set_by__person", "cancelled_by__person"))
    table = []
    for each in DECLARED.values():
        mine = [row for row in rows if row.code == each.code and row.cancelled_at is None]
        holds = next((row for row in mine if row.from_day <= today), None)
        coming = [row for row in reversed(mine) if row.from_day > today]
        table.append((each, each.shown(values.value(each.code)), holds, coming))
    chosen = [row for row in rows if one and row.code == one.code][:MOST_SHOWN]
    return {
        "parameters": table,
        "one": one,
        "form": form or (ValueForm(one) if one else None),
        "values": chosen,
        "today": today,
        "effect": "",
        "seen": "",
        "day": None,
    }

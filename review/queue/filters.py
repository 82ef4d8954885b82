"""What the queue can be narrowed to. A filter stands in the address, so a link shows a colleague the same list of her own cases."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import TaxOffice, User
from foundation.postgres.together import fetched
from refunds import actions, schemes
from refunds.parameters import calendar
from refunds.states import RefundStatus, ReviewStatus
from review.marks import MARKS

# How many working days are 即将到期.
SOON = 3
SEGMENTS = (
    ("", "全部"),
    ("over", "超期"),
    ("soon", f"{SOON} 天内到期"),
    ("checks", "有核对项"),
    ("batch", "批量"),
    ("again", "再次申请"),
)
STATES = (
    ("applied", "审核中", (RefundStatus.APPLIED,)),
    ("sent", "社保部门和银行办理中", (RefundStatus.APPROVED, RefundStatus.AGENCY_PROCESSING, RefundStatus.PAYING)),
    ("paid", "退费成功", (RefundStatus.REFUNDED,)),
    ("failed", "退付失败", (RefundStatus.PAYMENT_FAILED,)),
    ("returned", "退回", (RefundStatus.TAX_RETURNED, RefundStatus.AGENCY_RETURNED)),
    ("withdrawn", "已撤销", (RefundStatus.NOT_APPLIED,)),
)
HOLDERS = (("none", "未领取"), ("taken", "已领取"))
DAY = {"type": "date"}
YUAN = {"inputmode": "decimal", "autocomplete": "off"}


def _money(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=False,
        widget=forms.TextInput(attrs=YUAN),
        error_messages={
            "invalid": f"{label}请填写数字，例如 380.00。",
            "min_value": f"{label}不能小于 0。",
            "max_digits": f"{label}太大，请核对。",
            "max_whole_digits": f"{label}太大，请核对。",
            "max_decimal_places": f"{label}最多两位小数。",
        },
    )


def _day(label: str) -> forms.DateField:
    wrong = f"{label}请写成 2026-03-05 这样的日期。"
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs=DAY), error_messages={"invalid": wrong}
    )


def _choice(label: str, choices: Any = (), *, wrong: str = "") -> forms.ChoiceField:
    said = {"invalid_choice": wrong or f"{label}没有这一项，请从列表中选择。"}
    return forms.ChoiceField(label=label, required=False, choices=choices, error_messages=said)


class Filters(forms.Form):
    """加条件. What it does not understand is said, and nothing is narrowed by it."""

    segment = forms.ChoiceField(required=False, choices=SEGMENTS, widget=forms.HiddenInput)
    scheme = _choice("险种")
    state = _choice("退费状态", [("", "全部"), *((code, label) for code, label, _states in STATES)])
    year = forms.IntegerField(
        label="年度",
        required=False,
        min_value=1990,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "年度请填写四位数字，例如 2024。"),
    )
    least = _money("金额不低于（元）")
    most = _money("金额不超过（元）")
    since = _day("申请日期起")
    until = _day("申请日期止")
    mark = _choice("标记", [("", "全部"), *MARKS.items()])
    holder = _choice("领取", [("", "全部"), *HOLDERS])
    office = _choice("税务机关", wrong="没有这个税务机关，或不在您的范围内。")
    reviewer = _choice("审核人", wrong="没有这个审核人，或不在您的范围内。")

    def __init__(self, data: QueryDict, *, user: User):
        super().__init__(data, auto_id="filter-%s")
        fields: dict[str, Any] = self.fields
        fields["scheme"].choices = [("", "全部"), *((one.code, one.label) for one in schemes.every())]
        self.user = user
        fields["office"].choices = lambda: [
            ("", "全部"),
            *((code, str(one)) for code, one in self.below["office"].items()),
        ]
        fields["reviewer"].choices = lambda: [
            ("", "全部"),
            *((name, one.display_name) for name, one in self.below["reviewer"].items()),
        ]
        self.given = data

    @cached_property
    def below(self) -> dict[str, dict[str, Any]]:
        """The offices and the officers that may be chosen, by what stands in an address; asked only where they are needed."""
        assert self.user.office is not None, "every officer has one"
        path = self.user.office.path
        offices = TaxOffice.objects.filter(path__startswith=path)
        officers = User.objects.filter(office__path__startswith=path).select_related("person")
        found, people = fetched([offices, officers])
        return {
            "office": {one.code: one for one in sorted(found, key=lambda one: one.path)},
            "reviewer": {one.username: one for one in sorted(people, key=lambda one: one.username)},
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("office", "reviewer"):
            if cleaned.get(name):
                cleaned[name] = self.below[name][cleaned[name]]
        if cleaned.get("least") and cleaned.get("most") and cleaned["least"] > cleaned["most"]:
            self.add_error("most", "金额的上限小于下限，请核对。")
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", "申请日期的止早于起，请核对。")
        return cleaned

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters in use, by name."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "") and name not in self.errors
        }

    @property
    def condition(self) -> Q | None:
        """What all of them ask of a row; None for nothing. `scheme` is a choice of querysets, not of rows."""
        asked = [CONDITIONS[name](value) for name, value in self.chosen.items() if name != "scheme"]
        return Q(*asked) if asked else None

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """The rows that all of them hold for."""
        condition = self.condition
        return rows.filter(condition) if condition else rows

    def tags(self) -> Iterator[tuple[str, str]]:
        """(what it says, its name in the address) of each filter in use."""
        for name, value in self.chosen.items():
            if name not in ("segment", "scheme"):  # they are the tabs above the list
                yield self._words(name, value), name

    def _words(self, name: str, value: Any) -> str:
        if name in ("least", "most"):
            return f"金额 {'≥' if name == 'least' else '≤'} {value:,.2f} 元"
        if name in ("since", "until"):
            return f"{'自' if name == 'since' else '至'} {value.isoformat()} 申请"
        if name == "year":
            return f"{value} 年度"
        if isinstance(value, User):
            return f"审核人 {value.display_name}"
        choices: Any = getattr(self.fields[name], "choices", ())
        return str(value) if isinstance(value, TaxOffice) else str(dict(choices)[value])


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _segment(code: str) -> Q:
    today = timezone.localdate()
    return {
        "over": Q(due_on__lt=today, paused_on=None),
        "soon": Q(due_on__gte=today, due_on__lte=calendar.after(today, SOON), paused_on=None),
        "checks": Q(warnings__gt=0),
        "batch": Q(organisation__isnull=False),
        "again": Q(marks__contains=["again"]),
    }[code]


def _state(code: str) -> Q:
    return Q(refund_status__in=next(states for known, _label, states in STATES if known == code))


def _held(code: str) -> Q:
    return ~actions.held(timezone.now()) if code == "none" else actions.held(timezone.now())


CONDITIONS: dict[str, Any] = {
    "segment": _segment,
    "state": _state,
    "year": lambda year: Q(year=year),
    "least": lambda amount: Q(amount__gte=amount),
    "most": lambda amount: Q(amount__lte=amount),
    # Of the column itself, so that an index in its order is read from there on.
    "since": lambda day: Q(submitted_at__gte=_moment(day, time.min)),
    "until": lambda day: Q(submitted_at__lte=_moment(day, time.max)),
    "mark": lambda code: Q(marks__contains=[code]),
    "holder": _held,
    "office": lambda office: Q(office__path__startswith=office.path),
    "reviewer": lambda user: Q(decided_by=user) | Q(reviewed_by=user, review_status=ReviewStatus.COUNTERSIGN),
}

"""The kinds of questions of a report: days, places, yes or no, and text that holds no numbers."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from bankreports.models import Division
from foundation import masks
from foundation.numbers import fold

FIRST_DAY = date(1949, 10, 1)
YES_NO = [("1", "是"), ("0", "否")]


def choice_errors(label: str) -> dict[str, str]:
    """What a list that was left alone, or tampered with, is answered with."""
    return {"required": f"请选择{label}。", "invalid_choice": f"请从列表中选择{label}。"}


def folded(text: str, label: str, longest: int) -> str:
    """Text in half-width. Folding makes one character out of some, and several out of others (㍿ becomes 株式会社)."""
    text = fold(text)
    if len(text) > longest:
        raise forms.ValidationError(f"{label}不能超过 {longest} 个字。")
    return text


def no_numbers(label: str) -> Callable[[str], None]:
    """A validator of free text, which is shown as it is: numbers that are masked elsewhere must not stand there."""

    def judge(text: str) -> None:
        if masks.has_number(fold(text)):
            raise forms.ValidationError(f"{label}里不要写证件号码、手机号或银行账号。请删去号码后再保存。")

    return judge


def divisions() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """(label, options) by city; those under the province stand together at the end."""
    everything = list(Division.objects.exclude(parent=None).order_by("code"))
    cities = {row.code: (row.name, [(row.code, row.name)]) for row in everything if row.parent_id == "420000"}
    for row in everything:
        if row.parent_id in cities:
            cities[row.parent_id][1].append((row.code, row.name))
    alone = [options[0] for _name, options in cities.values() if len(options) == 1]
    grouped = [group for group in cities.values() if len(group[1]) > 1]
    return [("", "请选择行政区划"), *grouped, ("省直辖", alone)]


class PastDayField(forms.DateField):
    """A day up to today. Also takes 2024/1/31, 20240131 and full-width digits."""

    def __init__(self, label: str, **kwargs: Any):
        errors = {"required": f"请填写{label}。", "invalid": f"{label}请按 2026-01-31 的样子填写。"}
        super().__init__(
            label=label,
            input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d"],
            error_messages=errors,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **kwargs,
        )

    def to_python(self, value: Any) -> date | None:
        value = fold(value) if isinstance(value, str) else value
        # Without separators seven digits could mean two days: 2026111.
        if isinstance(value, str) and value.isdigit() and len(value) != 8:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day and not FIRST_DAY <= day <= timezone.localdate():
            raise forms.ValidationError(f"{self.label}应在 1949-10-01 到今天之间。请核对后重新填写。")
        return day


class DivisionField(forms.ChoiceField):
    """行政区划, the counties under their city."""

    def __init__(self, **kwargs: Any):
        super().__init__(choices=divisions, error_messages=choice_errors("行政区划"), **kwargs)

    def clean(self, value: Any) -> Division:
        return Division.objects.select_related("parent").get(pk=super().clean(value))


class FlagField(forms.TypedChoiceField):
    """是 or 否."""

    def __init__(self, label: str):
        errors = choice_errors(label)
        super().__init__(label=label, choices=YES_NO, coerce=lambda value: value == "1", error_messages=errors)

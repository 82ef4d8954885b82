"""What a sample is drawn by, and what was found."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import TaxOffice, User
from foundation.form_parts import DayField
from refunds import schemes
from refunds.tallies.counts import offices_of
from review.models import Verdict
from review.words import without_numbers

MOST = 200
MOST_SEED = 999_999


def _whole(label: str, most: int, required: bool, example: int) -> forms.IntegerField:
    wrong = f"{label}请填写 1 到 {most:,} 的整数，例如 {example}。"
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=1,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
    )


class DrawForm(forms.Form):
    """抽取. Without a number of its own the sample gets one by chance."""

    office = forms.ModelChoiceField(
        label="税务机关",
        queryset=TaxOffice.objects.none(),
        empty_label=None,
        error_messages={"required": "请选择税务机关。", "invalid_choice": "没有这个税务机关，或不在您的范围内。"},
    )
    scheme = forms.ChoiceField(
        label="险种", required=False, error_messages={"invalid_choice": "没有这个险种，请从列表中选择。"}
    )
    since = DayField("审核日期起")
    until = DayField("审核日期止")
    size = _whole("件数", MOST, True, 20)
    seed = _whole("抽样号", MOST_SEED, False, 271828)

    def __init__(self, data=None, *, user: User):
        super().__init__(data, initial={"office": user.office_id, "size": 20, "until": timezone.localdate()})
        fields: dict[str, Any] = self.fields
        fields["office"].queryset = offices_of(user).order_by("path")
        fields["scheme"].choices = [("", "全部险种"), *((one.code, one.label) for one in schemes.every())]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", "审核日期的止早于起，请核对。")
        return cleaned


class VerdictForm(forms.Form):
    """What the second look found."""

    verdict = forms.ChoiceField(
        label="结论",
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择符合或有问题。", "invalid_choice": "请选择符合或有问题。"},
    )
    words = forms.CharField(
        label="说明",
        required=False,
        max_length=300,
        validators=[without_numbers],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "说明不能超过 300 个字。"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("verdict") == Verdict.WRONG and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", "结论是有问题时，请写明问题是什么。")
        return cleaned

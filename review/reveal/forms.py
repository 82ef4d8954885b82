"""What an officer says before a number is shown in full."""

from django import forms

from review.models import Purpose
from review.words import without_numbers

# These purposes mean nothing without words.
NEED_WORDS: dict[str, str] = {Purpose.INQUIRY: "协查请填写文号。", Purpose.OTHER: "请写明用途。"}


class PurposeForm(forms.Form):
    """用途: one of a few, and own words where it says nothing by itself."""

    purpose = forms.ChoiceField(
        label="用途",
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择用途。", "invalid_choice": "请从列表中选择用途。"},
    )
    words = forms.CharField(
        label="说明",
        max_length=100,
        required=False,
        validators=[without_numbers],
        error_messages={"max_length": "说明不能超过 100 个字。"},
    )

    def clean(self):
        cleaned = super().clean() or {}
        missing = NEED_WORDS.get(cleaned.get("purpose", ""))
        if missing and "words" not in self.errors and not cleaned.get("words"):
            self.add_error("words", missing)
        return cleaned

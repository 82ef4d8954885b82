"""What an officer fills in about a 移交异常."""

from django import forms

from foundation.form_parts import YuanField
from review.words import without_numbers


class ItemForm(forms.Form):
    """How a 移交异常 was dealt with."""

    note = forms.CharField(
        label="处理说明",
        max_length=200,
        validators=[without_numbers],
        error_messages={"required": "请写明是怎样处理的。", "max_length": "处理说明不能超过 200 个字。"},
    )


class ReturnedForm(ItemForm):
    """登记退回金额: what came back of a 多付, and how."""

    field_order = ["amount", "note"]
    amount = YuanField("退回金额")

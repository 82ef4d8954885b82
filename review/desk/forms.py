"""What an officer fills in about a 移交异常."""

from decimal import Decimal

from django import forms

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
    amount = forms.DecimalField(
        label="退回金额（元）",
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": "请填写退回的金额。",
            "invalid": "请填写数字，例如 380.00。",
            "min_value": "退回金额应大于 0。",
            "max_decimal_places": "退回金额最多两位小数。",
            "max_digits": "退回金额太大，请核对。",
            "max_whole_digits": "退回金额太大，请核对。",
        },
    )

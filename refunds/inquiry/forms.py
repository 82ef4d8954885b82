"""What is asked where nobody signs in: an application number, and what only its applicant or the holder of its receipt knows."""

import re

from django import forms

from foundation.form_parts import TextField
from foundation.numbers import fold_number

TAIL = 4


class NumberForm(forms.Form):
    """申请单号, folded. `is_closed` once the door does not open for it."""

    is_closed = False
    number = TextField("申请单号", 40, "请填写申请单号，回执上有。")

    def clean_number(self) -> str:
        return fold_number(self.cleaned_data["number"])


class StationForm(NumberForm):
    """And the last four digits of the phone that the application names."""

    tail = TextField("联系电话后 4 位", 10, "请填写申请时留的联系电话的后 4 位。")

    def clean_tail(self) -> str:
        tail = fold_number(self.cleaned_data["tail"])
        if not re.fullmatch(rf"[0-9]{{{TAIL}}}", tail):
            raise forms.ValidationError(f"请填写联系电话的后 {TAIL} 位数字。")
        return tail


class ReceiptForm(NumberForm):
    """And the 验证码 printed on it."""

    code = TextField("验证码", 40, "请填写回执左下角的验证码。")

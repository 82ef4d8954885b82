"""What officers write in their own words."""

from django import forms

from foundation import masks


def without_numbers(text: str) -> None:
    """What others will read must not hold a 证件号码, phone or account number."""
    if masks.has_number(text):
        raise forms.ValidationError("这里不能写证件号码、手机号或银行账号，请删去后再提交。")

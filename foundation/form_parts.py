"""Questions that several forms ask in the same words: a bank account number, and a phone to call."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MinValueValidator
from django.http import HttpRequest

from foundation.crypto import Sealed
from foundation.numbers import account_problem, contact_phone_problem, fold_number, looks_mistyped

EARLIEST = date(2000, 1, 1)
# What a NUL character, pasted from a broken file, is answered with.
NO_NUL = "里有不能识别的字符。请删除后重新输入。"


def was_cut(request: HttpRequest) -> bool:
    """Whether the body was too large to be kept: then it arrives without its file (FILE_UPLOAD_HANDLERS)."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    return not request.FILES and int(size) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


class TextField(forms.CharField):
    """A line of text. `required` is what an empty one is answered with; without it, it may stay empty."""

    def __init__(self, label: str, longest: int, required: str = "", **kwargs: Any):
        errors = {
            "required": required,
            "max_length": f"{label}不能超过 {longest} 个字。",
            "null_characters_not_allowed": label + NO_NUL,
        }
        super().__init__(label=label, max_length=longest, required=bool(required), error_messages=errors, **kwargs)


class YuanField(forms.DecimalField):
    """An amount above zero, to the fen."""

    def __init__(self, label: str, **kwargs: Any):
        errors = {
            "required": f"请填写{label}。",
            "invalid": "请填写数字，例如 380.00。",
            "min_value": f"{label}应大于 0。",
            "max_decimal_places": f"{label}最多两位小数。",
        } | dict.fromkeys(("max_digits", "max_whole_digits"), f"{label}太大，请核对。")
        super().__init__(
            label=f"{label}（元）",
            max_digits=12,
            decimal_places=2,
            min_value=Decimal("0.01"),
            localize=False,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages=errors,
            **kwargs,
        )


class DayField(forms.DateField):
    """A date as the browser's own field writes it. One of the last century is a slip: nothing here was paid or decided then."""

    def __init__(self, label: str, **kwargs: Any):
        errors = {"required": f"请填写{label}。", "invalid": f"{label}请写成 2026-03-05 这样的日期。"}
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        early = MinValueValidator(EARLIEST, f"{label}早于 {EARLIEST.year} 年，请核对年份。")
        super().__init__(label=label, widget=widget, error_messages=errors, validators=[early], **kwargs)


class AccountNumber(forms.Form):
    """银行账号, folded. A card number whose check digit does not fit is asked about once (domain.md B6), never blocked."""

    account_number = forms.CharField(
        label="银行账号",
        max_length=60,
        error_messages={
            "required": "请填写银行账号，可在银行卡正面或存折首页找到。",
            "max_length": "银行账号为 8 到 30 位数字。请核对后重新输入。",
            "null_characters_not_allowed": "银行账号" + NO_NUL,
        },
    )
    number_checked = forms.BooleanField(label="我已对照银行卡逐位核对，账号无误", required=False)

    # 长辈模式 (refunds.elder.walk)
    plain = {"account_number": ("卡号是多少？", "写在卡的正面；存折写在第一页。可以带空格。")}
    asked_beside = {"number_checked": "account_number"}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # The warning is asked about next to the number it is about.
        self.asks_to_check_number = False

    def clean_account_number(self) -> str:
        number = fold_number(self.cleaned_data["account_number"])
        if problem := account_problem(number):
            raise forms.ValidationError(problem)
        return number

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if looks_mistyped(cleaned.get("account_number", "")):
            self.asks_to_check_number = True
            if not cleaned.get("number_checked"):
                self.add_error(
                    "account_number",
                    "这个卡号的校验位对不上，可能有一位输错了。请逐位核对；如果确认没有错，请勾选下面的“我已核对”再提交。",
                )
        return cleaned


class ContactPhone(forms.Form):
    """A phone to call; an empty box means the registered one, where there is one (a Sealed)."""

    phone_label = "联系人电话"
    contact_phone = forms.CharField(max_length=30, required=False)
    plain = {"contact_phone": ("打哪个电话找您？", "")}

    def __init__(self, *args: Any, registered_phone: Sealed | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.registered_phone = registered_phone
        phone = self.fields["contact_phone"]
        phone.label = self.phone_label
        phone.required = registered_phone is None
        phone.help_text = (
            f"不填则使用登记的手机号 {registered_phone}" if registered_phone else "手机号，或带区号的固定电话。"
        )
        phone.error_messages |= {
            "required": f"请填写{phone.label}。",
            "max_length": phone.label + contact_phone_problem(""),
        }
        phone.error_messages["null_characters_not_allowed"] = phone.label + NO_NUL

    def clean_contact_phone(self) -> str:
        typed = fold_number(self.cleaned_data["contact_phone"])
        if not typed and self.registered_phone:
            typed = fold_number(self.registered_phone.reveal("an empty box is the registered phone"))
        if problem := contact_phone_problem(typed):
            raise forms.ValidationError(self.phone_label + problem)
        return typed

"""The form of the apply dialog (P2-06). It judges what was typed and nothing else."""

import re

from django import forms

from accounts.identity import fold_number, validate_contact_phone
from bankreports.models import Bank
from refunds.models import AccountKind
from refunds.numbering import check_digit

# What a NUL character, pasted from a broken file, is answered with.
NO_NUL = "里有不能识别的字符。请删除后重新输入。"


class BankChoice(forms.ModelChoiceField):
    """银行类别 by its short name."""

    def label_from_instance(self, bank):
        return bank.short_name


class AccountForm(forms.Form):
    """Where the refund goes. The account must be in the payee's own name, so the name is shown and never typed (I-04)."""

    account_kind = forms.ChoiceField(
        label="账户类型",
        choices=AccountKind.choices,
        initial=AccountKind.CARD,
        error_messages={"required": "请选择账户类型。", "invalid_choice": "请从列表中选择账户类型。"},
    )
    account_number = forms.CharField(
        label="银行账号",
        max_length=60,
        error_messages={
            "required": "请填写银行账号，可在银行卡正面或存折首页找到。",
            "max_length": "银行账号为 8 到 30 位数字。请核对后重新输入。",
            "null_characters_not_allowed": "银行账号" + NO_NUL,
        },
    )
    bank = BankChoice(
        label="银行类别",
        queryset=Bank.objects.all(),
        empty_label="请选择银行类别",
        error_messages={"required": "请选择银行类别。", "invalid_choice": "请从列表中选择银行类别。"},
    )
    contact_name = forms.CharField(
        label="联系人名称",
        max_length=80,
        error_messages={
            "required": "请填写联系人名称。",
            "max_length": "联系人名称不能超过 80 个字。",
            "null_characters_not_allowed": "联系人名称" + NO_NUL,
        },
    )
    contact_phone = forms.CharField(
        label="联系人电话",
        max_length=30,
        required=False,
        error_messages={
            "max_length": "联系人电话应为 11 位手机号，或带区号的固定电话（如 0712-1234567）。",
            "null_characters_not_allowed": "联系人电话" + NO_NUL,
        },
    )
    number_checked = forms.BooleanField(label="我已对照银行卡逐位核对，账号无误", required=False)

    def __init__(self, *args, payee_name: str, registered_phone=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.payee_name = payee_name
        self.registered_phone = registered_phone
        self.fields["contact_name"].initial = payee_name
        self.fields["contact_phone"].required = registered_phone is None
        self.fields["contact_phone"].error_messages["required"] = "请填写联系人电话。"
        # The warning below is asked about once, next to the number it is about.
        self.asks_to_check_number = False

    def clean_account_number(self):
        number = fold_number(self.cleaned_data["account_number"])
        if not re.fullmatch(r"[0-9]{8,30}", number):
            raise forms.ValidationError("银行账号为 8 到 30 位数字，空格和短横可以不去掉。请核对后重新输入。")
        return number

    def clean_contact_name(self):
        name = self.cleaned_data["contact_name"].strip()
        if not name.isprintable():
            raise forms.ValidationError("联系人名称里有不能显示的字符。请删除后重新输入。")
        return name

    def clean_contact_phone(self):
        typed = fold_number(self.cleaned_data["contact_phone"])
        if not typed and self.registered_phone:
            typed = fold_number(self.registered_phone.reveal())
        validate_contact_phone(typed)
        return typed

    def clean(self):
        cleaned = super().clean()
        number = cleaned.get("account_number", "")
        if looks_mistyped(number):
            self.asks_to_check_number = True
            if not cleaned.get("number_checked"):
                self.add_error(
                    "account_number",
                    "这个卡号的校验位对不上，可能有一位输错了。请逐位核对；如果确认没有错，请勾选下面的“我已核对”再提交。",
                )
        cleaned["account_name"] = self.payee_name
        return cleaned


def looks_mistyped(number: str) -> bool:
    """A 银联 card number (62…, 16 or 19 digits) whose Luhn digit does not fit. A warning, never a block (domain.md B6)."""
    is_card = number.startswith("62") and len(number) in (16, 19)
    return is_card and check_digit(number[:-1]) != int(number[-1])

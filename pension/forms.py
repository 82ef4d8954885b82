"""The form of the apply dialog (P2-06). It judges what was typed and nothing else."""

from django import forms

from bankreports import cards
from bankreports.models import Bank
from foundation.crypto import Sealed
from foundation.form_parts import AccountNumber, ContactPhone, TextField
from pension.codes import AccountType


class BankChoice(forms.ModelChoiceField):
    """银行类别 by its short name."""

    def label_from_instance(self, bank):
        return bank.short_name


class PayeeAccountForm(AccountNumber, ContactPhone):
    """Where the refund goes. The account must be in the payee's own name, so the name is shown and never typed (I-04)."""

    template = "pension/_account_fields.jinja"
    field_order = ["account_type", "account_number", "bank", "contact_name", "contact_phone", "number_checked"]
    plain = {
        "account_type": ("退到银行卡，还是存折？", "必须是您本人的。"),
        "bank": ("是哪家银行的？", "写在卡或存折上。"),
        "contact_name": ("有事找谁？", "找您本人，就不用改。"),
    }

    account_type = forms.ChoiceField(
        label="账户类型",
        choices=AccountType.choices,
        initial=AccountType.CARD,
        error_messages={"required": "请选择账户类型。", "invalid_choice": "请从列表中选择账户类型。"},
    )
    bank = BankChoice(
        label="银行类别",
        queryset=Bank.objects.filter(active=True),
        empty_label="请选择银行类别",
        error_messages={"required": "请选择银行类别。", "invalid_choice": "请从列表中选择银行类别。"},
    )
    contact_name = TextField("联系人名称", 80, "请填写联系人名称。")

    def __init__(self, *args, payee_name: str, kept_number: Sealed | None = None, **kwargs):
        """`kept_number` is that of an earlier form of hers. It is not sent to the page again: an empty box means the kept one."""
        super().__init__(*args, **kwargs)
        self.payee_name, self.kept_number = payee_name, kept_number
        self.fields["account_number"].required = not kept_number
        self.fields["contact_name"].initial = payee_name

    def clean_account_number(self):
        if not self.cleaned_data["account_number"].strip() and self.kept_number:
            self.cleaned_data["account_number"] = self.kept_number.reveal("an empty box is the kept account")
        return super().clean_account_number()

    def clean_contact_name(self):
        name = self.cleaned_data["contact_name"].strip()
        # What we filled in is good: newer and older characters than this Python knows stand in real names.
        if name != self.payee_name and not name.isprintable():
            raise forms.ValidationError("联系人名称里有不能显示的字符。请删除后重新输入。")
        return name

    def clean(self):
        cleaned = super().clean()
        cleaned["account_name"] = self.payee_name
        return cleaned

    @property
    def doubts(self) -> list[str]:
        """What does not fit together in what was typed, as hints to look once more."""
        if not self.is_valid():
            return []
        passbook = self.cleaned_data["account_type"] == AccountType.PASSBOOK
        return cards.doubts(self.cleaned_data["account_number"], self.cleaned_data["bank"], passbook=passbook)

"""退费维护区: the fields a clerk types; year, month, period and amount are computed and never typed (P3-08, P3-15)."""

from django import forms

from foundation.form_parts import TextField
from pension.codes import AccountType
from pension.forms import PayeeAccountForm


class VillageAccountForm(PayeeAccountForm):
    """The account of the village or unit. Unlike a resident's, its name is typed: it may be a township's trust account."""

    template = "pension/village/_account_fields.jinja"
    account_name = TextField("银行账户名称", 80, "请填写银行账户名称，与银行预留的户名一致。")
    field_order = [
        "account_number",
        "number_checked",
        "account_name",
        "account_type",
        "contact_name",
        "contact_phone",
        "bank",
    ]

    def __init__(self, *args, draft=None, **kwargs):
        """`draft` may also be a batch whose account is corrected. What it keeps of account and phone is not sent to the page
        again: an empty box means the kept one."""
        self.kept_number = draft and draft.account_number
        kept_phone = draft and draft.contact_phone
        super().__init__(*args, payee_name="", registered_phone=kept_phone, **kwargs)
        self.fields["account_number"].required = not self.kept_number
        kind = self.fields["account_type"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", "请选择账户类型"), *AccountType.choices]
        kind.initial = ""

    def clean_account_number(self):
        if not self.cleaned_data["account_number"].strip() and self.kept_number:
            self.cleaned_data["account_number"] = self.kept_number.reveal("an empty box is the kept account")
        return super().clean_account_number()

    def clean(self):
        name = self.cleaned_data.get("account_name")
        cleaned = super().clean()
        cleaned["account_name"] = name
        return cleaned


def initial_of(draft, organisation=None) -> dict:
    """What has been typed so far, without the numbers; at first the account name is that of the village."""
    if draft is None:
        return {"account_name": organisation.name if organisation else ""}
    return {"bank": draft.bank_code, **{name: getattr(draft, name) for name in draft.TYPED}}


def is_filled(draft) -> bool:
    """Whether something stands in each of the six fields; whether it is right, 保存 says."""
    kept = ("account_number", "contact_phone", "bank_code")
    return draft is not None and all(getattr(draft, name) for name in (*kept, *draft.TYPED))

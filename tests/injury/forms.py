"""Where the money goes: asked with an application, and again by 更正账户."""

from django import forms

from bankreports.models import Bank
from foundation.form_parts import AccountNumber, ContactPhone


class AccountForm(AccountNumber, ContactPhone):
    """An account in the payee's own name, which is shown and never typed."""

    template = "injury/_fields.jinja"

    bank = forms.ModelChoiceField(
        label="银行类别",
        queryset=Bank.objects.all(),
        empty_label="请选择银行类别",
        error_messages={"required": "请选择银行类别。", "invalid_choice": "请从列表中选择银行类别。"},
    )

    def __init__(self, *args, payee_name, **kwargs):
        super().__init__(*args, **kwargs)
        self.payee_name = payee_name

    def clean(self):
        return super().clean() | {"account_name": self.payee_name}

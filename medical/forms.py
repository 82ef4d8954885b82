"""The form of 退费信息 (M2-07, M1-13), and that of 更正账户. They judge what was typed and nothing else."""

from django import forms
from django.db.models import Q

from accounts.models import Person
from bankreports import register
from bankreports.forms import BankAccount
from bankreports.models import AccountKind, DepositAccountRecord
from foundation import masks
from foundation.form_parts import NO_NUL, ContactPhone
from foundation.numbers import fold
from medical.models import RefundReason


class AccountChoice(forms.ModelChoiceField):
    """One of the accounts that the payee has reported (M1-12)."""

    def __init__(self, **kwargs):
        errors = {"required": "请选择退到哪个账户。", "invalid_choice": "请从列表中选择账户。"}
        super().__init__(
            DepositAccountRecord.objects.none(),
            label="退到哪个账户",
            widget=forms.RadioSelect,
            empty_label=None,
            error_messages=errors,
            **kwargs,
        )

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError as error:  # also for what cannot be a key at all
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error


class PayeeForm(ContactPhone):
    """Where the money goes, out of what was reported, and whom to call."""

    phone_label = "办理人电话"
    account = AccountChoice()
    field_order = ["account", "contact_phone"]

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.accounts = list(self.offered(person))
        choice = self.fields["account"]
        assert isinstance(choice, AccountChoice)
        choice.queryset = register.usable(person).filter(pk__in=[record.pk for record in self.accounts])
        if self.accounts:
            choice.initial = self.accounts[0].pk

    def offered(self, person):
        """The accounts to choose from."""
        return register.usable(person)

    @property
    def payee(self) -> dict:
        """What `MedicalRefund.set_account` takes."""
        return {"record": self.cleaned_data["account"], "contact_phone": self.cleaned_data["contact_phone"]}


class Words(forms.CharField):
    """A few words in one line: the box counts a new line as one character, the browser sends two."""

    def to_python(self, value):
        return " ".join((super().to_python(value) or "").split())


class Asked(ContactPhone):
    """Why she asks: 退费理由."""

    phone_label = "办理人电话"
    reason = forms.ModelChoiceField(
        label="退费理由",
        queryset=RefundReason.objects.filter(active=True),
        empty_label="请选择退费理由",
        error_messages={"required": "请选择退费理由。", "invalid_choice": "请从列表中选择退费理由。"},
    )
    words = Words(
        label="退费理由说明",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": "退费理由说明不能超过 200 个字。",
            "null_characters_not_allowed": "退费理由说明" + NO_NUL,
        },
    )

    def clean_words(self):
        words = self.cleaned_data["words"]
        if masks.has_number(fold(words)):
            raise forms.ValidationError("说明里不要写证件号码、手机号或银行账号。请删去号码后再提交。")
        return words

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        reason = cleaned.get("reason")
        if reason and reason.needs_words and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", f"退费理由选“{reason}”时，请用一两句话说明原因。")
        return cleaned


class RefundForm(Asked, PayeeForm):
    """退费信息: the account, 办理人电话 and 退费理由."""

    field_order = ["account", "contact_phone", "reason", "words"]


class BehalfForm(RefundForm):
    """退费信息 as an officer fills it in for a person at the counter: without a reported account it cannot be sent."""

    template = "medical/_behalf_fields.jinja"

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, person=person, **kwargs)
        self.person = person
        self.cannot_be_sent = not self.accounts


class TypedAccount(BankAccount, ContactPhone):
    """Somebody who cannot report an account, because she cannot sign in: an officer types it from what she brought along."""

    phone_label = "办理人电话"
    typed = True

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        kind = self.fields["account_kind"]
        assert isinstance(kind, forms.ModelChoiceField)
        kind.queryset = AccountKind.objects.filter(for_residents=True)

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            names = ("account_kind", "division", "bank_class", "branch", "account_number")
            said = {name: cleaned[name] for name in names}
            cleaned["account"] = DepositAccountRecord(account_name=self.person.name, person=self.person, **said)
        return cleaned


class TypedBehalfForm(Asked, TypedAccount):
    """退费信息 of such a person."""

    template = "medical/_behalf_fields.jinja"
    field_order = [
        "account_kind",
        "account_number",
        "number_checked",
        "bank_class",
        "branch",
        "division",
        "contact_phone",
        "reason",
        "words",
    ]


class TypedCorrectionForm(TypedAccount):
    """更正账户 of such a person."""

    template = "medical/_correction_fields.jinja"
    field_order = TypedBehalfForm.field_order[:-2]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            cleaned["record"] = cleaned["account"]
        return cleaned


class CorrectionForm(PayeeForm):
    """更正账户: any reported account but the very one that the bank could not pay to, as it was told then."""

    template = "medical/_correction_fields.jinja"
    # One choice says all of it.
    answers = dict.fromkeys(("开户行所在地", "银行行别", "开户银行", "账户性质", "账户名称", "银行账号"), "account")

    def __init__(self, *args, refund, **kwargs):
        self.refund = refund
        super().__init__(*args, person=refund.applicant, **kwargs)
        self.cannot_be_sent = not self.accounts

    def offered(self, person):
        told = self.refund
        number = Q(
            account_index=told.account_index, account_name=told.account_name, account_kind__name=told.account_kind
        )
        bank = Q(bank_class=told.bank_code, branch=told.branch, division=told.division_id)
        return super().offered(person).exclude(number & bank)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if not self.errors:
            cleaned |= self.payee
        return cleaned

"""The questions of a report (M2-09, M1-07), with the rules of domain.md B1–B4 and the fill rules of M1-09."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from bankreports import cards
from bankreports.codes import FLAGS, Currency, Operation
from bankreports.fields import DivisionField, FlagField, PastDayField, choice_errors, folded, no_numbers
from bankreports.models import AccountKind, Bank, DepositAccountRecord
from bankreports.register import Owner
from foundation.crypto import Sealed
from foundation.form_parts import AccountNumber, TextField
from foundation.numbers import account_index, fold_name


class BankAccount(AccountNumber):
    """What the bank has to be told of an account: its kind, its place, its branch and its number."""

    account_kind = forms.ModelChoiceField(
        label="账户性质",
        queryset=AccountKind.objects.all(),
        empty_label="请选择账户性质",
        error_messages=choice_errors("账户性质"),
    )
    division = DivisionField(label="行政区划")
    bank_class = forms.ModelChoiceField(
        label="银行行别",
        queryset=Bank.objects.filter(active=True),
        empty_label="请选择银行行别",
        error_messages=choice_errors("银行行别"),
    )
    branch = TextField("开户银行", 100, "请填写开户银行，如“中国农业银行股份有限公司鄂州鄂城支行”。")

    def clean_branch(self) -> str:
        branch = folded(self.cleaned_data["branch"], "开户银行", 100)
        if len(branch) < 4 or not branch.isprintable() or not any(c.isalpha() for c in branch):
            raise forms.ValidationError("开户银行请写全称，如“中国农业银行股份有限公司鄂州鄂城支行”。")
        no_numbers("开户银行")(branch)
        return branch

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_bank(cleaned.get("bank_class"), cleaned.get("branch", ""))
        return cleaned

    @property
    def doubts(self) -> list[str]:
        """What does not fit together in what was typed, as hints to look once more."""
        return (
            cards.doubts(self.cleaned_data["account_number"], self.cleaned_data["bank_class"])
            if self.is_valid()
            else []
        )

    def _check_bank(self, bank: Bank | None, branch: str) -> None:
        """A branch that names another bank than the one chosen (domain.md B2)."""
        if not bank or bank.name in branch or bank.short_name in branch:
            return
        named = next((b for b in Bank.objects.all() if b.name in branch or b.short_name in branch), None)
        if named:
            self.add_error("branch", f"开户银行写的是{named}，银行行别选的是{bank}。请核对后改成同一家银行。")


class RecordForm(BankAccount):
    """One account. What `record` keeps of its number is not sent to the page again: an empty box means that one."""

    field_order = [
        "account_kind",
        "certificate_number",
        "issued_on",
        "division",
        "bank_class",
        "branch",
        "account_name",
        "account_number",
        "number_checked",
        "currency",
        *FLAGS,
        "opened_on",
        "changed_on",
        "remark",
    ]

    certificate_number = TextField("银行开户登记证号", 30)
    issued_on = PastDayField("发放日期")
    account_name = TextField("账户名称", 80, "请填写账户名称，与退费人名称一致。")
    currency = forms.ChoiceField(label="币种", choices=Currency.choices, error_messages=choice_errors("币种"))
    pays_tax = FlagField(FLAGS["pays_tax"])
    takes_refund = FlagField(FLAGS["takes_refund"])
    takes_export_refund = FlagField(FLAGS["takes_export_refund"])
    opened_on = PastDayField("开户日期")
    changed_on = PastDayField("变更日期")
    remark = TextField("备注", 200, validators=[no_numbers("备注")])

    def __init__(
        self,
        *args: Any,
        owner: Owner,
        record: DepositAccountRecord,
        others: list[DepositAccountRecord],
        before: DepositAccountRecord | None = None,
        **kwargs: Any,
    ):
        """`others` are the owner's other accounts, `before` the record in force that this one changes."""
        super().__init__(*args, **kwargs)
        self.owner, self.record, self.others, self.before = owner, record, others, before
        self.kept_number: Sealed | None = record.account_number
        self.number_stays = False
        if record.bank_class_id:  # what was chosen once may stay
            bank = self.fields["bank_class"]
            assert isinstance(bank, forms.ModelChoiceField)
            bank.queryset = Bank.objects.filter(Q(active=True) | Q(pk=record.bank_class_id))
        number = self.fields["account_number"]
        number.label = "账号"
        where = "开户许可证或对账单" if owner.is_unit else "银行卡正面或存折首页"
        number.error_messages["required"] = f"请填写账号，可在{where}找到。"
        number.required = not self.kept_number
        if record.operation != Operation.CHANGE:
            del self.fields["changed_on"]

    def clean_account_kind(self) -> AccountKind:
        kind = self.cleaned_data["account_kind"]
        if self.owner.is_unit and not kind.for_units:
            raise forms.ValidationError(f"“{kind}”是个人的账户。单位账户请选择基本存款账户或一般存款账户等。")
        if not self.owner.is_unit and not kind.for_residents:
            raise forms.ValidationError(f"“{kind}”是单位的账户。本人的银行卡或存折请选择“一般存款账户”。")
        return kind

    def clean_account_number(self) -> str:
        if not self.cleaned_data["account_number"].strip() and self.kept_number:
            self.cleaned_data["account_number"] = self.kept_number.reveal("an empty box is the kept account")
        number = super().clean_account_number()
        if any(bytes(other.account_index) == account_index(number) for other in self.others):
            raise forms.ValidationError("这个账号已经在报告里了，不用重复添加。请核对账号，或返回修改那一条。")
        self.number_stays = self.kept_number is not None and number == self.kept_number.reveal("the same number again")
        return number

    def clean_number_checked(self) -> bool:
        # A number that was kept has been asked about before.
        return self.cleaned_data["number_checked"] or self.number_stays

    def clean_account_name(self) -> str:
        name = " ".join(self.cleaned_data["account_name"].split())
        if fold_name(name) != fold_name(self.owner.name):
            raise forms.ValidationError(
                f"账户名称必须与退费人名称“{self.owner.name}”一致。写错了字请改过来；不是退费人自己的账户，请换一个账户。"
            )
        return name

    def clean_certificate_number(self) -> str:
        return folded(self.cleaned_data["certificate_number"], "银行开户登记证号", 30).upper()

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"]
        if currency != Currency.CNY:
            raise forms.ValidationError("社保费只能退到人民币账户。币种请选择“人民币元”。")
        return currency

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.asks_to_check_number = self.asks_to_check_number and not self.number_stays
        kind = cleaned.get("account_kind")
        if self.owner.is_unit and kind and kind.has_certificate and not cleaned.get("certificate_number"):
            self.add_error("certificate_number", f"{kind}须填写银行开户登记证号，可在开户许可证上找到。")
        for flag, label in FLAGS.items():
            holder = next((other for other in self.others if getattr(other, flag)), None)
            if cleaned.get(flag) and holder:
                already = f"账户 {holder.short} 的{label}已经是“是”，只能有一个。"
                self.add_error(flag, already + "请选“否”，或先修改那个账户。")
        opened, changed = cleaned.get("opened_on"), cleaned.get("changed_on")
        if opened and changed and changed < opened:
            self.add_error("changed_on", "变更日期早于开户日期。请核对后重新填写。")
        if not self.errors and self.before and not self._differs(self.before):
            raise forms.ValidationError("还没有改动任何内容。请修改后再保存，不需要变更的可以返回。")
        return cleaned

    def _differs(self, before: DepositAccountRecord) -> bool:
        """Whether anything of the account in force is changed."""
        if self.cleaned_data["account_number"] != before.account_number.reveal("a change must change something"):
            return True
        names = set(self.fields) - {"account_number", "number_checked", "changed_on"}
        return any(self.cleaned_data[name] != getattr(before, name) for name in names)

    def apply(self) -> DepositAccountRecord:
        """The record with what was filled in, not saved."""
        for name in set(self.fields) - {"number_checked"}:
            setattr(self.record, name, self.cleaned_data[name])
        return self.record


class CloseForm(forms.Form):
    """注销 of an account: only its day."""

    closed_on = PastDayField("注销日期")
    remark = RecordForm.base_fields["remark"]

    def __init__(self, *args: Any, record: DepositAccountRecord, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.record = record

    def clean_closed_on(self) -> date:
        day = self.cleaned_data["closed_on"]
        if day < self.record.opened_on:
            raise forms.ValidationError("注销日期早于开户日期。请核对后重新填写。")
        return day

    def apply(self) -> DepositAccountRecord:
        """The record that closes the account, not saved."""
        self.record.closed_on, self.record.remark = self.cleaned_data["closed_on"], self.cleaned_data["remark"]
        return self.record


class HeadingForm(forms.Form):
    """Below the grid: 经办人, 报告日期, 经营地址."""

    handler = TextField("经办人", 80, "请填写经办人，可与退费人不一致。")
    reported_on = PastDayField("报告日期")
    address = TextField("经营地址", 120)

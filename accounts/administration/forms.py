"""What an administrator types, folded and judged like what the feeds bring."""

from collections.abc import Callable
from typing import Any

from django import forms

from accounts.feeds import persons
from accounts.feeds.staff import username as username_of
from accounts.forms import FoldedField
from accounts.identity import IdType
from accounts.models import OFFICER_ROLES, Role, TaxOffice
from foundation import numbers
from foundation.feeds.errors import Refusal


class OfficeField(forms.ModelChoiceField):
    """税务机关."""

    def __init__(self) -> None:
        super().__init__(
            TaxOffice.objects.order_by("path"),
            label="税务机关",
            empty_label="请选择",
            error_messages={"required": "请选择税务机关。", "invalid_choice": "没有这个税务机关。请重新选择。"},
        )


def _judged(judge: Callable[[str], Any], text: str) -> Any:
    try:
        return judge(text)
    except Refusal as refusal:
        raise forms.ValidationError(f"{refusal}。请改正。") from None


class NewStaffForm(forms.Form):
    """新建工作人员."""

    name = FoldedField("姓名", asks="请输入姓名。", max_length=80)
    number = FoldedField("证件号码", asks="请输入居民身份证号码。", autocomplete="off")
    phone = FoldedField("手机号", asks="请输入手机号。", autocomplete="off", inputmode="tel")
    username = FoldedField("用户名", asks="请输入用户名。", max_length=30, autocapitalize="none", autocomplete="off")
    role = forms.ChoiceField(
        label="身份",
        choices=[("", "请选择"), *((role.value, role.label) for role in Role if role in OFFICER_ROLES)],
        error_messages={"required": "请选择身份。", "invalid_choice": "没有这种身份。请重新选择。"},
    )
    office = OfficeField()

    def clean_username(self) -> str:
        return str(_judged(username_of, self.cleaned_data["username"]))

    def clean_number(self) -> str:
        number, _index = _judged(lambda text: persons.document(IdType.RESIDENT, text), self.cleaned_data["number"])
        return str(number)

    def clean_phone(self) -> str:
        phone, _index = _judged(persons.phone, numbers.fold_number(self.cleaned_data["phone"]))
        return str(phone)


class MoveForm(forms.Form):
    """调到别的机关."""

    office = OfficeField()


class EvidenceForm(forms.Form):
    """What was seen before a name is confirmed or refused."""

    evidence = forms.CharField(
        label="看过的材料",
        max_length=300,
        help_text="如户口簿变更页、公安机关证明；写明编号或日期，不写完整证件号码。",
        error_messages={
            "required": "请写明看过的材料，如户口簿变更页、公安机关证明。",
            "max_length": "最多 300 个字。请改短一些。",
        },
    )

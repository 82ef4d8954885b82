"""What is typed before one can sign in: who one is, and with what one will sign in."""

import re
from typing import Any

from django import forms

from accounts import identity
from accounts.doors.counting import username_form
from accounts.entry.registration import USERNAME_TAKEN
from accounts.forms import CodeField, FoldedField, PasswordField, good_password
from accounts.identity import IdType
from accounts.models import Person, Role, User
from accounts.own.consent import AGREE
from foundation import numbers


class IdentityForm(forms.Form):
    """Who comes, as the feeds know them (G-07)."""

    name = FoldedField("姓名", asks="请输入姓名。", fold=numbers.fold_name, max_length=80)
    id_type = forms.ChoiceField(
        label="证件类型", choices=IdType, initial=IdType.RESIDENT, error_messages={"required": "请选择证件类型。"}
    )
    id_number = FoldedField("证件号码", asks="请输入证件号码。", fold=numbers.fold_number, autocapitalize="characters")
    phone = FoldedField("手机号", asks="请输入手机号。", fold=numbers.fold_number, kind="tel")

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        if number := answers.get("id_number"):
            self._refuse("id_number", identity.document_problem(answers.get("id_type", ""), number))
        if phone := answers.get("phone"):
            self._refuse("phone", numbers.phone_problem(phone))
        return answers

    def _refuse(self, field: str, problem: str) -> None:
        if problem:
            self.add_error(field, problem)


class RegistrationForm(IdentityForm):
    """The same, and that she agrees to the notice."""

    agree = forms.BooleanField(label=AGREE, error_messages={"required": "请先看隐私说明，同意后勾选。"})


class CredentialsForm(forms.Form):
    """How a verified person will sign in."""

    code = CodeField("验证码", asks="请输入短信验证码。", kind="text")
    username = FoldedField("用户名", asks="请输入用户名。", fold=username_form, autocapitalize="none")
    password = PasswordField("密码", asks="请输入密码。")

    def __init__(self, *args: Any, person: Person, **kwargs: Any):
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if not re.fullmatch(r"[a-z0-9_]{4,30}", username):
            raise forms.ValidationError("用户名应为 4 到 30 位字母、数字或下划线。请修改后重新输入。")
        if re.fullmatch(r"[0-9_]+|[0-9]{17}x", username):
            raise forms.ValidationError("用户名要有字母，不能像手机号或证件号码。请加上字母。")
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError(USERNAME_TAKEN)
        return username

    def clean_password(self) -> str:
        username = self.cleaned_data.get("username", "")
        return good_password(
            self.cleaned_data["password"], User(username=username, role=Role.RESIDENT, person=self.person)
        )


class NewPasswordForm(forms.Form):
    """Another password, by whoever has proven that the account is hers."""

    code = CodeField("验证码", asks="请输入短信验证码。", kind="text")
    password = PasswordField("新密码", asks="请输入新密码。")

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        return good_password(self.cleaned_data["password"], self.user)

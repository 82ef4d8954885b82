"""What people type at the doors, folded to one form and judged. Nothing here writes."""

import re
from collections.abc import Callable
from typing import Any

from django import forms

from accounts import passwords
from accounts.models import Door, User
from foundation import numbers

# Longer input is never right, and would cost time to fold and to hash.
LONGEST = 128


class FoldedField(forms.CharField):
    """Text folded by `fold` before it is judged. `asks` is the sentence when it is empty."""

    def __init__(
        self,
        label: str,
        *,
        asks: str,
        fold: Callable[[str], str] = numbers.fold,
        kind: str = "text",
        max_length: int = LONGEST,
        **attrs: str,
    ):
        self.fold = fold
        super().__init__(
            label=label,
            max_length=max_length,
            widget=forms.TextInput(attrs={"spellcheck": "false", **attrs}),
            error_messages={"required": asks, "max_length": f"{label}太长。请核对后重新输入。"},
        )
        self.widget.input_type = kind

    def to_python(self, value: Any) -> str:
        return self.fold(super().to_python(value) or "")


class PasswordField(forms.CharField):
    """A password, exactly as typed. It is never sent back to the page."""

    def __init__(self, label: str, *, asks: str):
        super().__init__(
            label=label,
            max_length=LONGEST,
            strip=False,
            widget=forms.PasswordInput,
            error_messages={"required": asks, "max_length": f"{label}最多 {LONGEST} 位。请改短一些。"},
        )


class CodeField(FoldedField):
    """Six digits."""

    def __init__(self, label: str, **kwargs: Any):
        super().__init__(label, fold=numbers.fold_number, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if not re.fullmatch(r"[0-9]{6}", value):
            raise forms.ValidationError(f"{self.label}应为 6 位数字。请核对后重新输入。")


class LoginForm(forms.Form):
    """One box and a password, for the door that was chosen (G-06)."""

    account = FoldedField(
        "身份证号/手机号/用户名", asks="请输入身份证号、手机号或用户名。", autocapitalize="none", enterkeyhint="next"
    )
    password = PasswordField("密码", asks="请输入密码。")
    door = forms.ChoiceField(choices=Door, widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class PasswordForm(forms.Form):
    """The old password, and a new one by the rules of this account."""

    old = PasswordField("原密码", asks="请输入原密码。")
    new = PasswordField("新密码", asks="请输入新密码。")

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_old(self) -> str:
        if not self.user.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError("原密码不对。请重新输入。", code="wrong")
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        new = self.cleaned_data["new"]
        if new == self.cleaned_data.get("old"):
            raise forms.ValidationError("新密码和原密码一样。请换一个。")
        return good_password(new, self.user)


class SecondFactorForm(forms.Form):
    """The six digits an authenticator shows."""

    code = CodeField("动态口令", asks="请输入动态口令。")


class BindingForm(SecondFactorForm):
    """The same, and the 绑定码 that lets an authenticator be bound."""

    binding_code = FoldedField(
        "绑定码", asks="请输入管理员给您的绑定码。", fold=numbers.fold_number, autocapitalize="characters"
    )
    field_order = ("binding_code", "code")


def good_password(password: str, user: User | None = None) -> str:
    """The password, if it is good enough for this account."""
    if problems := passwords.problems(password, user):
        raise forms.ValidationError(problems)
    return password

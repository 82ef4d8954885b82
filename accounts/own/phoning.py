"""The two pages of 换手机号: the new number, then a code from each phone."""

import time
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib import messages
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from accounts import gateways, sms
from accounts.doors.sealing import stored
from accounts.forms import CodeField, FoldedField, PasswordField
from accounts.guards import SignedIn
from accounts.models import Session, User
from accounts.own import phone
from accounts.views import locked_out, page
from foundation import masks, numbers

KEY, SECONDS, STEPS = "phone_change", 15 * 60, ("old", "new")


class NewPhoneForm(forms.Form):
    """The new number, and the password: a session that somebody else sits at is not enough."""

    phone = FoldedField("新手机号", asks="请输入新手机号。", fold=numbers.fold_number, kind="tel")
    password = PasswordField("登录密码", asks="请输入登录密码。")

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_phone(self) -> str:
        new: str = self.cleaned_data["phone"]
        if problem := numbers.phone_problem(new):
            raise forms.ValidationError(problem)
        known = self.user.person.phone_index
        if known is not None and bytes(known) == numbers.phone_index(new):
            raise forms.ValidationError("这就是现在登记的手机号，不用更换。")
        return new

    def clean_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError("登录密码不对。请重新输入。", code="wrong")
        return ""


class CodesForm(forms.Form):
    """One code from each phone."""

    old_code = CodeField("原手机号的验证码", asks="请输入原手机号收到的验证码。", kind="text")
    new_code = CodeField("新手机号的验证码", asks="请输入新手机号收到的验证码。", kind="text")

    def __init__(self, *args: Any, proven: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.asked = [step for step in STEPS if step not in proven]
        for step in proven:
            del self.fields[f"{step}_code"]


@page
@sensitive_post_parameters()
def new(request: SignedIn) -> HttpResponseBase:
    """First page. Guesses at the password are counted like those at the old password."""
    credentials = {"username": request.user.username, "door": "password"}
    if request.method == "POST" and not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request, credentials=credentials)
    form = NewPhoneForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid() and _send(request, form):
        return redirect("accounts:phone-codes")
    if form.has_error("password", "wrong"):
        user_login_failed.send(__name__, credentials=credentials, request=request)
    return render(request, "accounts/own/phone.jinja", {"form": form, "person": request.user.person})


@page
@sensitive_post_parameters()
def codes(request: SignedIn) -> HttpResponseBase:
    """Second page: both codes, each asked until it was right once; then the phone is changed and every other sign-in ends."""
    kept = request.session.get(KEY)
    if kept is None or time.time() - kept["at"] > SECONDS:
        messages.warning(request, "换手机号超过 15 分钟没有完成，请重新开始。")
        return redirect("accounts:phone")
    form = CodesForm(request.POST or None, proven=kept["proven"])
    if request.method == "POST" and form.is_valid() and _proven(request, form, kept):
        try:
            phone.change(request.user.person, kept["phone"], by=request.user, evidence=phone.BY_CODES)
        except phone.CannotChange as reason:
            form.add_error(None, str(reason))
        else:
            return _changed(request)
    phones = {"old": request.user.person.phone, "new": masks.phone(kept["phone"])}
    context = {"form": form, "sent": kept["sent"], "proven": kept["proven"], **phones}
    return render(request, "accounts/own/phone_codes.jinja", context)


def _proven(request: SignedIn, form: CodesForm, kept: dict[str, Any]) -> bool:
    """Whether both are, by now."""
    for step in form.asked:
        code = form.cleaned_data[f"{step}_code"]
        if problem := phone.prove(user=request.user, new=kept["phone"], step=step, code=code):
            form.add_error(f"{step}_code", problem)
        else:
            kept["proven"].append(step)
    request.session[KEY] = kept
    return set(kept["proven"]) == set(STEPS)


def _changed(request: SignedIn) -> HttpResponseBase:
    del request.session[KEY]
    here = stored(request.session.session_key or "")
    Session.objects.filter(user=request.user).exclude(pk=here).delete()
    messages.success(request, "手机号已更换，以后的验证码和通知发到新手机号。其他设备上的登录已退出。")
    return redirect("user-center")


def _send(request: HttpRequest, form: NewPhoneForm) -> bool:
    """A code to each phone."""
    user, wanted = form.user, form.cleaned_data["phone"]
    if user.person.phone is None:
        form.add_error(None, "您还没有登记手机号。请带身份证到办税服务厅登记。")
        return False
    old = user.person.phone.reveal("the SMS goes to the phone")
    try:
        sent = [sms.send(number, phone.purpose(step, user, wanted)) for step, number in (("old", old), ("new", wanted))]
    except gateways.NotAvailable as problem:
        form.add_error(None, str(problem))
        return False
    request.session[KEY] = {"phone": wanted, "at": int(time.time()), "sent": sent, "proven": []}
    return True

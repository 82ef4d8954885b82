"""本人记录: downloaded with the password, because what is in it is all there is."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms import PasswordField
from accounts.guards import SignedIn
from accounts.models import User
from accounts.own.record import sheets_of
from accounts.views import locked_out, page
from foundation.excel import writing


class RecordForm(forms.Form):
    """The password of whoever asks."""

    password = PasswordField("登录密码", asks="请输入登录密码。")

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError("登录密码不对。请重新输入。", code="wrong")
        return ""


@page
@sensitive_post_parameters()
def record(request: SignedIn) -> HttpResponseBase:
    """What is in it, and the file. Guesses at the password are counted like those at the old password."""
    credentials = {"username": request.user.username, "door": "password"}
    if request.method == "POST" and not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request, credentials=credentials)
    form = RecordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        name = f"my-record-{timezone.localdate():%Y%m%d}.xlsx"
        return writing.download(writing.book(sheets_of(request.user)), name)
    if form.has_error("password", "wrong"):
        user_login_failed.send(__name__, credentials=credentials, request=request)
    return render(request, "accounts/own/record.jinja", {"form": form})

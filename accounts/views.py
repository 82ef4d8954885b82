"""The pages of /accounts/: sign in, sign out, register, change the password, prove the second factor."""

import re

import django_otp
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import demo, passwords
from accounts import second_factor as factor
from accounts.doors import browsers, limits
from accounts.doors.words import WHAT, told
from accounts.forms import BindingForm, LoginForm, PasswordForm, SecondFactorForm
from accounts.models import Door
from foundation import numbers

WRONG = "账号或密码不对。请核对后再试；连续 5 次不对将锁定 30 分钟。"
BY_PHONE = "同一个手机号登记的人多时，不能用手机号登录，请改用身份证号或用户名。"
MOBILE = re.compile(r"1[0-9]{10}")
INITIAL = "您用的是初始密码。修改后才能继续办理业务。"
OLD = "您的密码已用满规定的天数，要换一个新的。修改后才能继续办理业务。"

OTP_KEY = "otp_key"

page = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@page
@sensitive_post_parameters("account", "password")
def login(request):
    """登录 by one of the three tabs (G-06)."""
    if request.user.is_authenticated:
        return redirect(_destination(request))
    form = LoginForm(request.POST or None, initial={"door": _door(request), "next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        credentials = {"username": typed["account"], "door": typed["door"]}
        with limits.one_at_a_time(request, credentials):
            user = auth.authenticate(request, password=typed["password"], **credentials)
        if user:
            return signed_in(request, user, door=typed["door"])
        form.add_error("account", wrong(typed["account"]))
    return _login_page(request, form)


def wrong(typed: str) -> str:
    """What a failed try is answered with. Of a phone that many share only the first accounts are tried, so whoever typed one is told of
    the other ways, known or not: nobody learns by it who has which phone."""
    return WRONG + (BY_PHONE if MOBILE.fullmatch(numbers.fold_number(typed)) else "")


def signed_in(request, user, *, door):
    """Let her in, through her own door; this browser is known to her account from now on."""
    auth.login(request, user, backend="accounts.backends.DoorBackend")
    if user.door != door:
        messages.info(request, f"这个用户名是{user.get_role_display()}，已转到{user.door.label}。")
    response = redirect(_destination(request))
    browsers.remember(request, response, user)
    return response


def locked_out(request, response=None, credentials=None):
    """What django-axes answers with: the same page, its box still filled, when to come back and what helps until then."""
    asked = credentials or {}
    closed = limits.closure(request, asked) or limits.Closure(limits.ACCOUNT, timezone.now() + limits.cool_off())
    door = asked.get("door", "")
    words = told(closed, door)
    if request.resolver_match.view_name != "accounts:login":
        return render(request, "accounts/locked_out.jinja", {"what": WHAT.get(door, "核对身份"), **words}, status=429)
    form = LoginForm(request.POST)
    form.is_valid()
    form.errors.clear()
    form.add_error("account", words["why"])
    return _login_page(request, form, status=429, closed=words)


@require_POST
@login_not_required
def logout(request):
    """退出."""
    auth.logout(request)
    messages.success(request, "您已退出登录。")
    return redirect("home")


@page
@sensitive_post_parameters()
def password(request):
    """修改密码; other sessions of the account end."""
    credentials = {"username": request.user.username, "door": "password"}
    if request.method == "POST" and not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request)
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        user = passwords.change(user=request.user, password=form.cleaned_data["new"])
        auth.update_session_auth_hash(request, user)
        messages.success(request, "密码已修改。其他设备上的登录已退出。")
        return redirect(_destination(request))
    if form.has_error("old", "wrong"):
        user_login_failed.send(__name__, credentials=credentials, request=request)
    context = {"form": form, "rule": passwords.rule_for(request.user), "next": _safe_next(request)}
    context["over"] = INITIAL if request.user.must_change_password else OLD if passwords.is_over(request.user) else ""
    return render(request, "accounts/password.jinja", context)


@page
@sensitive_post_parameters()
def second_factor(request):
    """Asks for the code, and at first use binds the app that shows it."""
    user, device = request.user, factor.device_of(request.user)
    if user.is_resident or user.is_verified():
        return redirect(_destination(request))
    key = "" if device else request.session.setdefault(OTP_KEY, factor.new_key())
    asked = SecondFactorForm if device else BindingForm
    form = asked(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if device:
            problem, field = factor.verify(device, typed["code"]), "code"
        else:
            device, problem, field = factor.enrol(user, key, typed["code"], typed["binding_code"])
        if not problem:
            request.session.pop(OTP_KEY, None)
            request.session.cycle_key()
            django_otp.login(request, device)
            return redirect(_destination(request))
        form.add_error(field, problem)
    context = {"form": form, "next": _safe_next(request), "binding": key and factor.binding(user, key)}
    return render(request, "accounts/second_factor.jinja", context)


def _login_page(request, form, status=200, closed=None):
    door = _door(request)
    context = {
        "form": form,
        "title": "已暂停登录" if closed else "登录没有成功",
        "closed": closed,
        "door": door,
        "doors": _doors(request, door),
        "demo_logins": demo.logins(door),
        "demo_password": demo.PASSWORD,
    }
    return render(request, "accounts/login.jinja", context, status=status)


def _door(request) -> Door:
    asked = request.POST.get("door") or request.GET.get("door")
    return Door(asked) if asked in Door else Door.NATURAL


def _doors(request, current):
    """The three tabs, each keeping the page one comes from."""
    kept = {"next": _safe_next(request)} if _safe_next(request) else {}
    return [(door.label, reverse("accounts:login", query={"door": door, **kept}), door == current) for door in Door]


def _safe_next(request) -> str:
    """The page to go on to, if it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours and asked.startswith("/") else ""


def _destination(request) -> str:
    if wanted := _safe_next(request):
        return wanted
    try:
        if request.user.is_administrator:
            return reverse("administration:home")
        return reverse("review:queue" if request.user.is_officer else "home")
    except NoReverseMatch:
        return reverse("home")

"""The pages of /accounts/: sign in, sign out, register, change the password, prove the second factor."""

import time

import django_otp
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import demo, gateways, passwords, registration, sms
from accounts import second_factor as factor
from accounts.doors import browsers, limits
from accounts.doors.words import WHAT, told
from accounts.forms import BindingForm, CredentialsForm, IdentityForm, LoginForm, PasswordForm, SecondFactorForm
from accounts.models import Door, Person

WRONG = "账号或密码不对。请核对后再试；连续 5 次不对将锁定 30 分钟。"
INITIAL = "您用的是初始密码。修改后才能继续办理业务。"
OLD = "您的密码已用满规定的天数，要换一个新的。修改后才能继续办理业务。"
STRANGER = "姓名、证件号码和手机号与登记的信息不一致。请核对姓名、证件号码和手机号；信息有变更的，请到办税服务厅更新。"
NOT_SIGNED_IN_YET = "核对身份后超过 15 分钟没有完成注册，请重新核对。"

# What the session keeps of a registration between its two pages, and for how long. No number and no phone.
REGISTRATION = "registration"
REGISTRATION_SECONDS = 15 * 60
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
        user = auth.authenticate(request, username=typed["account"], password=typed["password"], door=typed["door"])
        if user:
            return signed_in(request, user, door=typed["door"])
        form.add_error("account", WRONG)
    return _login_page(request, form)


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


@login_not_required
@page
@sensitive_post_parameters()
def register(request):
    """First page: who, checked by real name."""
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # Counted like sign-ins, so that nobody finds out a phone by trying.
        credentials = {"username": form.cleaned_data["id_number"], "door": "register"}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return locked_out(request)
        person = _identified(form)
        if person is None:
            user_login_failed.send(__name__, credentials=credentials, request=request)
            form.add_error(None, STRANGER)
        elif registration.is_registered(person):
            _refuse(form, registration.AlreadyRegistered())
        elif _send_code(request, person, form):
            return redirect("accounts:register-account")
    return render(request, "accounts/register.jinja", {"form": form, "newcomer": demo.newcomer()})


@login_not_required
@page
@sensitive_post_parameters("code", "password")
def register_account(request):
    """Second page: the 验证码, a username and a password."""
    person = _person_registering(request)
    if person is None:
        messages.warning(request, NOT_SIGNED_IN_YET)
        return redirect("accounts:register")
    if "resend" in request.POST:
        return _resend(request, person)
    form = CredentialsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = registration.complete(person=person, **form.cleaned_data)
        except registration.Refused as refusal:
            _refuse(form, refusal)
        else:
            del request.session[REGISTRATION]
            auth.login(request, user, backend="accounts.backends.DoorBackend")
            messages.success(request, "注册成功。您已登录。")
            return redirect("home")
    return _account_page(request, person, form)


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
    return asked if ours else ""


def _destination(request) -> str:
    if wanted := _safe_next(request):
        return wanted
    try:
        if request.user.is_administrator:
            return reverse("administration:home")
        return reverse("review:queue" if request.user.is_officer else "home")
    except NoReverseMatch:
        return reverse("home")


def _refuse(form, refusal):
    form.add_error(refusal.field, ValidationError(str(refusal), code=refusal.code))


def _identified(form) -> Person | None:
    typed = form.cleaned_data
    return gateways.real_name().identify(
        name=typed["name"], id_type=typed["id_type"], number=typed["id_number"], phone=typed["phone"]
    )


def _send_code(request, person, form) -> bool:
    """Send the first code and remember who it is for. A code of less than a minute ago is as good."""
    try:
        sent = sms.send(person.phone.reveal("the SMS goes to the phone"))
    except sms.TooSoon:
        sent = request.session.get(REGISTRATION, {}).get("sent", "")
    except gateways.NotAvailable as problem:
        form.add_error(None, str(problem))
        return False
    request.session[REGISTRATION] = {"person": str(person.pk), "at": int(time.time()), "sent": sent}
    return True


def _person_registering(request) -> Person | None:
    kept = request.session.get(REGISTRATION)
    if kept is None or time.time() - kept["at"] > REGISTRATION_SECONDS:
        return None
    return Person.objects.filter(pk=kept["person"]).first()


def _resend(request, person):
    """A new code; what was typed stays, except the password."""
    try:
        request.session[REGISTRATION] |= {"sent": sms.send(person.phone.reveal("the SMS goes to the phone"))}
        request.session.modified = True
    except gateways.NotAvailable as problem:
        messages.warning(request, str(problem))
    return _account_page(request, person, CredentialsForm(initial={"username": request.POST.get("username", "")}))


def _account_page(request, person, form):
    context = {"form": form, "person": person, "sent": request.session[REGISTRATION]["sent"]}
    return render(request, "accounts/register_account.jinja", context | {"rule": passwords.RULE})

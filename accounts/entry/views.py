"""用户注册 and 忘记密码: two pages each, of which the first asks who comes and the second for the code that was sent."""

from typing import Any

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from accounts import demo, gateways, passwords, sms
from accounts.doors import browsers, limits
from accounts.entry import proof, registration
from accounts.entry.forms import CredentialsForm, IdentityForm, NewPasswordForm, RegistrationForm
from accounts.entry.proof import Purpose
from accounts.models import Person, Role, User
from accounts.own import consent
from accounts.views import locked_out, page
from foundation.middleware import address_of

NOT_REGISTERED = "这个证件号码还没有注册，没有密码可以重设。请先注册。"
DISABLED = "这个账号已停用。请带身份证到办税服务厅办理。"


@login_not_required
@page
@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponseBase:
    """First page: who, checked by real name, and that she agrees to the notice."""
    form = RegistrationForm(request.POST or None)

    def goes_on(person: Person) -> bool:
        if registration.is_registered(person):
            return _refuse(form, registration.AlreadyRegistered())
        return proof.begin(request, person, Purpose.REGISTER, form)

    context = {"newcomer": demo.newcomer(), "version": consent.VERSION}
    return _first_page(request, form, goes_on, "accounts:register-account", "accounts/register.jinja", context)


@login_not_required
@page
@sensitive_post_parameters()
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """忘记密码: who, by the same proof."""
    form = IdentityForm(request.POST or None)

    def goes_on(person: Person) -> bool:
        user = account_of(person)
        if user is None or not user.is_active:
            form.add_error(None, DISABLED if user else ValidationError(NOT_REGISTERED, code="unregistered"))
            return False
        return proof.begin(request, person, Purpose.FORGOTTEN, form)

    return _first_page(request, form, goes_on, "accounts:forgotten-password", "accounts/forgotten.jinja", {})


def _first_page(
    request: HttpRequest, form: Form, goes_on: Any, then: str, template: str, context: dict[str, Any]
) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        try:
            person = proof.identify(request, form)
        except proof.Locked as locked:
            return locked_out(request, credentials=locked.credentials)
        if person and goes_on(person):
            return redirect(then)
    return render(request, template, {"form": form, **context})


@login_not_required
@page
@sensitive_post_parameters("code", "password")
def register_account(request: HttpRequest) -> HttpResponseBase:
    """Second page: the 验证码, a username and a password."""
    person = proof.whose(request, Purpose.REGISTER)
    if person is None:
        return _over(request, "accounts:register")
    form = CredentialsForm(request.POST or None, person=person)
    if "resend" in request.POST:
        form = CredentialsForm(initial={"username": request.POST.get("username", "")}, person=person)
        return _resent(request, person, Purpose.REGISTER, form)
    if request.method == "POST" and form.is_valid():
        try:
            user = registration.complete(person=person, address=address_of(request), **form.cleaned_data)
        except registration.Refused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, "注册成功。您已登录。")
            return _let_in(request, user)
    return _second_page(request, person, Purpose.REGISTER, form)


@login_not_required
@page
@sensitive_post_parameters("code", "password")
def forgotten_password(request: HttpRequest) -> HttpResponseBase:
    """Second page: the 验证码 and another password. Whoever was signed in is out, and no door is closed to her any more."""
    person = proof.whose(request, Purpose.FORGOTTEN)
    user = account_of(person) if person else None
    if person is None or user is None:
        return _over(request, "accounts:forgotten")
    form = NewPasswordForm(request.POST or None, user=user)
    if "resend" in request.POST:
        return _resent(request, person, Purpose.FORGOTTEN, NewPasswordForm(user=user))
    if request.method == "POST" and form.is_valid():
        phone = person.phone.reveal("the hash of a 验证码 is made with the phone")  # type: ignore[union-attr]  # known by it
        if problem := sms.check(phone, form.cleaned_data["code"], Purpose.FORGOTTEN):
            form.add_error("code", problem)
        else:
            passwords.change(user=user, password=form.cleaned_data["password"])
            limits.forget(user.pk)
            messages.success(request, "密码已重设，您已登录。其他设备上的登录已退出。")
            return _let_in(request, user)
    return _second_page(request, person, Purpose.FORGOTTEN, form)


def account_of(person: Person) -> User | None:
    """Her account as a resident. Those of staff are the administrator's to open again."""
    return person.accounts.filter(role=Role.RESIDENT).select_related("person").first()


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    proof.done(request)
    auth.login(request, user, backend="accounts.backends.DoorBackend")
    response = redirect("home")
    browsers.remember(request, response, user)
    return response


def _over(request: HttpRequest, to: str) -> HttpResponse:
    messages.warning(request, proof.OVER)
    return redirect(to)


def _resent(request: HttpRequest, person: Person, purpose: Purpose, form: Form) -> HttpResponse:
    """A new code; what was typed stays, except the password."""
    try:
        proof.again(request, person, purpose)
    except gateways.NotAvailable as problem:
        messages.warning(request, str(problem))
    return _second_page(request, person, purpose, form)


SECOND_PAGES = {
    Purpose.REGISTER: ("accounts/register_account.jinja", passwords.RULE),
    Purpose.FORGOTTEN: ("accounts/forgotten_password.jinja", passwords.RULE),
}


def _second_page(request: HttpRequest, person: Person, purpose: Purpose, form: Form) -> HttpResponse:
    template, rule = SECOND_PAGES[purpose]
    phone = person.phone.reveal("how long ago a code was sent to it") if person.phone else ""
    context = {
        "form": form,
        "person": person,
        "sent": proof.kept(request)["sent"],
        "rule": rule,
        "wait": sms.wait(phone),
    }
    return render(request, template, context)


def _refuse(form: Form, refusal: registration.Refused) -> bool:
    form.add_error(refusal.field, ValidationError(str(refusal), code=refusal.code))
    return False

"""工作人员: the list, a new one, and what may be done to an account."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.administration import deeds, hands
from accounts.administration.forms import MoveForm, NewStaffForm
from accounts.administration.leaving import DISABLE, ENABLE, MOVE, asked
from accounts.administration.views import FIRST, changes_of, for_administrators, shown
from accounts.guards import SignedIn
from accounts.models import Role, User
from foundation.paging import page_of

PAGE_SIZE = 50
DISABLED = "disabled"


@require_safe
@for_administrators
def listed(request: SignedIn) -> HttpResponse:
    """Everybody with an account for other people's data, by username."""
    only, sought = request.GET.get("role", ""), request.GET.get("q", "").replace("\0", "").strip()
    page = page_of(request, [narrowed(everybody(), only, sought)], size=PAGE_SIZE, keys=["username"])
    options = [("", "全部"), *((role.value, role.label) for role in Role if role != Role.RESIDENT), (DISABLED, "停用")]
    segments = [
        (label, reverse("administration:staff", query={"role": code} if code else None), code == only)
        for code, label in options
    ]
    context = {"page": page, "segments": segments, "only": only, "sought": sought, "cases": hands.counted(page.rows)}
    return shown(request, "administration/staff.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@sensitive_post_parameters("number", "phone")
def new(request: SignedIn) -> HttpResponse:
    """新建. The initial password is shown once, on the page of the account."""
    form = NewStaffForm(request.POST or None) if request.method != "POST" else NewStaffForm(request.POST)
    if form.is_bound and form.is_valid():
        try:
            user, password = deeds.create(by=request.user, **form.cleaned_data)
        except deeds.CannotBeDone as reason:
            form.add_error(None, str(reason))
        else:
            return _account_page(request, user, password=password)
    return shown(request, "administration/staff_new.jinja", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def account(request: SignedIn, username: str) -> HttpResponse:
    """One account, and what may be done to it."""
    user = everybody().filter(username=username.replace("\0", "")).first()
    if user is None:
        raise Http404
    if request.method != "POST":
        return _account_page(request, user)
    form = MoveForm(request.POST) if request.POST.get("do") == MOVE else None
    if form is not None and not form.is_valid():
        return _account_page(request, user, form=form, status=422)
    try:
        if request.POST.get("do") in (MOVE, DISABLE):
            deeds.must_be_anothers(user, by=request.user)
            return asked(request, [user], office=form.cleaned_data["office"] if form else None)
        said, password, code = _do(request, user)
    except deeds.CannotBeDone as reason:
        messages.warning(request, str(reason))
        return _account_page(request, user, form=form, status=409)
    if password or code:
        return _account_page(request, everybody().get(pk=user.pk), password=password, code=code)
    messages.success(request, said)
    return redirect("administration:account", user.username)


def _do(request: SignedIn, user: User) -> tuple[str, str, str]:
    """What was done, as a sentence, and a password or a 绑定码 to show once. Raises CannotBeDone."""
    name, by, do = user.username, request.user, request.POST.get("do")
    if do == ENABLE:
        deeds.set_active(name, True, by=by)
        return f"{user.display_name}的账户已启用。", "", ""
    if do == "password":
        return "", deeds.reset_password(name, by=by)[1], ""
    if do == "binding":
        return "", "", deeds.issue_binding_code(name, by=by)[1]
    if do == "factor":
        deeds.reset_second_factor(name, by=by)
        return f"{user.display_name}的身份验证器已重置，下次登录时凭新的绑定码重新绑定。", "", ""
    raise deeds.CannotBeDone("没有这个操作。请从下面选择。")


def _account_page(
    request: SignedIn, user: User, *, password: str = "", code: str = "", form: Any = None, status: int = 200
) -> HttpResponse:
    person = everybody().get(pk=user.pk)
    context = {
        "person": person,
        "password": password,
        "code": code,
        "form": form or MoveForm(),
        "own": user.person_id == request.user.person_id,
        "cases": hands.counted([person])[person.pk],
        "changes": changes_of(user.username)[:FIRST],
    }
    return shown(request, "administration/account.jinja", context, status=status)


def everybody() -> QuerySet[User]:
    """Whoever has an account for other people's data."""
    bound = Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True))
    known = User.objects.exclude(role=Role.RESIDENT).annotate(bound=bound)
    return known.select_related("person", "office", "organisation")


def narrowed(rows: QuerySet[User], only: str, sought: str) -> QuerySet[User]:
    """Those of a role (or `DISABLED`), and whose name, username or initials begin like that."""
    if only in Role:
        rows = rows.filter(role=only)
    if only == DISABLED:
        rows = rows.filter(is_active=False)
    if sought:
        like = Q(username__startswith=sought.lower()) | Q(person__name__startswith=sought)
        rows = rows.filter(like | Q(person__initials__contains=[sought.lower()]))
    return rows

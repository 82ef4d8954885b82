"""Before somebody is switched off or moved: what she works on and what would stand still is told, then it is done. One or several."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.administration import deeds, hands
from accounts.administration.forms import MoveForm
from accounts.administration.views import for_administrators, shown
from accounts.guards import SignedIn
from accounts.models import Role, TaxOffice, User

# Of one list; more are not ticked at once.
MOST = 50
DISABLE, ENABLE, MOVE = "disable", "enable", "move"


@require_POST
@for_administrators
def leaving(request: SignedIn) -> HttpResponse:
    """What was chosen for one account or for those ticked in the list. 启用 is done at once, the others once they are confirmed."""
    if len(request.POST.getlist("username")) > MOST:
        messages.warning(request, f"一次最多勾选 {MOST} 人，没有做任何更改。请分几次办理。")
        return redirect("administration:staff")
    do, users = request.POST.get("do"), chosen(request)
    if not users or do not in (DISABLE, ENABLE, MOVE):
        messages.warning(request, "请先勾选工作人员，并选择要做的操作。")
        return redirect("administration:staff")
    form = MoveForm(request.POST) if do == MOVE else None
    if form is not None and not form.is_valid():
        messages.warning(request, "请选择调到哪个税务机关。")
        return redirect("administration:account", users[0].username)
    office = form.cleaned_data["office"] if form else None
    if do != ENABLE and "confirmed" not in request.POST:
        return asked(request, users, office=office)
    for user in users:
        try:
            messages.success(request, _do(request, user, str(do), office))
        except deeds.CannotBeDone as reason:
            messages.warning(request, str(reason))
    if len(users) == 1:
        return redirect("administration:account", users[0].username)
    return redirect("administration:staff")


def asked(request: SignedIn, users: list[User], *, office: TaxOffice | None) -> HttpResponse:
    """The page before it: who leaves, with how many cases, and what of it would stand still."""
    leavers = hands.before(users, office=office)
    alone: dict[str, list[User]] = {}
    for one in leavers:
        for sentence in one.alone:
            alone.setdefault(sentence, []).append(one.user)
    context: dict[str, Any] = {
        "leavers": leavers,
        "alone": alone,
        "office": office,
        "do": MOVE if office else DISABLE,
        "back": users[0].username if len(users) == 1 else "",
    }
    return shown(request, "administration/leaving.jinja", context)


def chosen(request: SignedIn) -> list[User]:
    """Those ticked, by username; who is not there is not among them."""
    names = [name.replace("\0", "") for name in request.POST.getlist("username")]
    known = User.objects.exclude(role=Role.RESIDENT).filter(username__in=names)
    return list(known.select_related("person", "office", "organisation").order_by("username"))


def _do(request: SignedIn, user: User, do: str, office: TaxOffice | None) -> str:
    """What was done, as sentences. Raises CannotBeDone."""
    to = User.objects.select_related("person", "office").filter(
        username=request.POST.get(f"to-{user.username}", "").replace("\0", ""), role=user.role, is_active=True
    )
    if office is not None:
        _user, became = deeds.move(user.username, office, by=request.user, to=to.first())
        return f"{user.display_name}已调到{office.name}，原来的登录已退出。{became}"
    _user, became = deeds.set_active(user.username, do == ENABLE, by=request.user, to=to.first())
    return f"{user.display_name}的账户已{'启用' if do == ENABLE else '停用，登录已退出'}。{became}"

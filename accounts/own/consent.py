"""隐私说明 and what one agrees to: which version, asked when, and kept as a record of who agreed when (PIPL 7, 14, 17, 29)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import Consent, User
from accounts.own.models import Agreed

# Of the notice under templates/accounts/own/notice.jinja. Whoever changes what it says gives it another version, and everybody is
# asked again.
VERSION = "2026-11"
AGREE = "我已看过隐私说明，同意为办理退费使用我的姓名、证件号码和手机号"
AGREE_ACCOUNT = "我同意把银行账号用于办理退费：由税务机关审核，提供给社保经办机构和银行付款"

View = Callable[..., HttpResponseBase]


def give(user: User, to: Agreed, *, address: str | None) -> None:
    """She agrees to it in its version of today; twice is once."""
    Consent.objects.get_or_create(user=user, to=to, version=VERSION, defaults={"address": address})
    user.agreed = {**user.agreed, to: VERSION}
    user.save(update_fields=["agreed"])


def give_all(user: User) -> None:
    """Somebody of the demo has agreed to everything before its visitor comes."""
    for to in Agreed:
        give(user, to, address=None)


def is_missing(user: User, to: Agreed) -> bool:
    """Whether a resident has yet to agree to it, as it stands today. Whoever acts for an office or a village is bound by it."""
    return user.is_resident and user.agreed.get(to) != VERSION


def before_an_account(view: View) -> View:
    """View decorator: a page on which a bank account is given (sensitive, PIPL 28 and 29) comes after the consent to it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and is_missing(user, Agreed.ACCOUNT):
            # A form sent without it is not kept here: its page would have asked first.
            here = request.get_full_path() if request.method == "GET" else ""
            return redirect(reverse("accounts:consent", query={"to": Agreed.ACCOUNT, "next": here}))
        return view(request, *args, **kwargs)

    return guarded

"""Around every view: what was kept is put back into its form, and let go once the form is taken. No view knows of it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import get_template

from accounts.kept import filling, keeping
from accounts.kept.models import KeptForm
from foundation.fragments import Request
from foundation.middleware import GetResponse
from foundation.returning import page_of

SAVED = "您填写的内容已加密保存 {minutes} 分钟，本人登录后回到刚才那一页接着填，不用重填（选好的文件要再选一次）。"
GONE = "没有可以接着填的内容：已经提交过，或超过了保存时间，或是另一个账号填写的。请重新办理。"
BACK = "您上次填写的内容已经放回表里，还没有提交。请核对后继续。"
EXPIRED = "登录已过期，请重新登录。"
NOT_HERE = "刚才填写的表现在不在这一页上，可能已经办过，或情况有变化。请看这一页的提示后继续。"


class KeptFormMiddleware:
    """Shows a form with what was typed into it before; she sends it herself."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        if request.method == "GET" and keeping.NAME in request.GET and request.user.is_authenticated:
            return self._put_back(request, keeping.kept_for(request.user, request.GET[keeping.NAME]))
        response = self.get_response(request)
        if request.method == "POST" and _was_taken(response) and request.user.is_authenticated:
            keeping.let_go(request)
        return response

    def _put_back(self, request: Request, kept: KeptForm | None) -> HttpResponseBase:
        if kept is None:
            messages.warning(request, GONE)
            return redirect("home")
        request.session[keeping.NAME] = True
        own = request.path == kept.path
        if own:
            request.GET = keeping.query_of(kept, request.GET)  # type: ignore[assignment]  # no view changes it
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith("text/html"):
            if response.status_code in (404, 405) and own and kept.page.partition("?")[0] != kept.path:
                return HttpResponseRedirect(keeping.page_of(kept))
            if response.status_code in (200, 422):
                _fill(response, request.path, kept, own=own)
        return response


def _was_taken(response: HttpResponseBase) -> bool:
    """A form that is taken leads elsewhere; a check page, or a form with mistakes, does not."""
    return 300 <= response.status_code < 400 or "HX-Redirect" in response


def _fill(response: HttpResponse, here: str, kept: KeptForm, *, own: bool) -> None:
    page = response.content.decode()
    filled = filling.fill(page, here=here, path=kept.path, said=keeping.said_in(kept))
    if filled is not None:
        response.status_code = 200
    if filled is not None or not own:
        said = {"tone": "info", "sentence": BACK} if filled else {"tone": "waiting", "sentence": NOT_HERE}
        notice = get_template("accounts/kept.jinja").render(said)
        response.content = filling.with_notice(filled or page, notice).encode()


def to_login(request: Request, reason: str) -> HttpResponse:
    """To the sign-in, with what was posted kept for whom it was shown to; `reason` is why, where there is anything to say."""
    return lead_to_login(request, keeping.keep(request, page_of(request)), reason)


def lead_to_login(request: Request, kept: KeptForm | None, reason: str) -> HttpResponse:
    """The same for what is kept already, if anything is."""
    if kept:
        saved = SAVED.format(minutes=settings.KEPT_FORM_SECONDS // 60)
        messages.warning(request, (reason or EXPIRED) + saved)
        return redirect_to_login(keeping.address_of(kept, request.META.get("QUERY_STRING", "")))
    if reason:
        messages.warning(request, reason)
    return redirect_to_login(page_of(request))

"""管理端 → 消息模板: what each kind of message says, since when and by whom; and new words for it."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.administration.views import for_administrators, shown
from accounts.guards import SignedIn
from accounts.models import Change, User
from foundation.paging import page_of
from inbox.kinds import LABELS
from inbox.wording import current, placeholders
from inbox.wording.forms import WordingForm
from inbox.wording.models import Wording

PAGE_SIZE = 20


@require_safe
@for_administrators
def listed(request: SignedIn) -> HttpResponse:
    """Every kind, in the order of the way of an application."""
    words = current.everything()
    rows = [(kind, label, words[kind]) for kind, label in LABELS.items()]
    return shown(request, "administration/wordings.jinja", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def one(request: SignedIn, kind: str) -> HttpResponse:
    """One kind: its words, what they would look like, and all it has ever said."""
    if kind not in LABELS:
        raise Http404
    if request.method == "POST":
        return _saved(request, kind)
    return _page(request, WordingForm(None, now=_newest(kind)))


@transaction.atomic
def _saved(request: SignedIn, kind: str) -> HttpResponse:
    now = _newest(kind, lock=True)
    typed = request.POST.copy()
    form = WordingForm(typed, now=now)
    if not form.is_valid():
        typed["seen"] = str(now.pk)  # what she has not seen yet she sees now; pressing again is meant
        return _page(request, form, 422)
    _keep(kind, form.cleaned_data, by=request.user)
    messages.success(request, f"“{LABELS[kind]}”已保存，一分钟内在所有页面生效。已经发出的消息不变。")
    return redirect("wording:one", kind)


def _keep(kind: str, words: dict[str, str], *, by: User) -> None:
    Wording.objects.create(kind=kind, title=words["title"], body=words["body"], sms=words["sms"], made_by=by)
    Change.objects.create(by=by, what=f"消息模板，{LABELS[kind]}", after="新的内容，见消息模板")


def _newest(kind: str, *, lock: bool = False) -> Wording:
    """Past what this process has kept: she changes what is in force. Locked, so that of two who save one hears of the other."""
    rows = Wording.objects.filter(kind=kind).order_by("-id")
    return (rows.select_for_update() if lock else rows)[0]


def _page(request: SignedIn, form: WordingForm, status: int = 200) -> HttpResponse:
    now, kind = form.now, form.now.kind
    written = {name: form[name].value() or "" for name in ("title", "body", "sms")}
    context = {
        "kind": kind,
        "label": LABELS[kind],
        "form": form,
        "now": now,
        "names": placeholders.allowed(kind),
        "names_of_sms": placeholders.allowed(kind, sms=True),
        "looks": {name: placeholders.sampled(words) for name, words in written.items()},
        "page": page_of(
            request,
            [Wording.objects.filter(kind=kind).select_related("made_by__person")],
            size=PAGE_SIZE,
            newest_first=True,
            keys=["id"],
        ),
    }
    return shown(request, "administration/wording.jinja", context, status)

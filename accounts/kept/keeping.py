"""Keep what a form carried, find it again, let it go."""

import json
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from accounts.kept import whose
from accounts.kept.models import KeptForm
from accounts.models import User
from foundation import keys
from foundation.fragments import Request

# The name of its key in an address; and in the session, that she came back to one.
NAME = "kept"
# Never kept: what proves a person or a press, not an answer. The pages of /accounts/ ask for hardly anything else.
PROOFS = frozenset({"csrfmiddlewaretoken", whose.NAME, NAME})
SECRET_PAGES = frozenset({"accounts"})
# Characters; ten thousand pasted lines of name and number are a third of a million.
LONGEST = 600_000
# Of one account, from as many windows.
MOST = 10


def keep(request: Request, page: str) -> KeptForm | None:
    """Keep what was posted, for the account that its form was shown to. None where it does not say so, or is too much."""
    user = whose.of(request) if request.method == "POST" else None
    match = request.resolver_match
    if (
        user is None
        or (match and SECRET_PAGES & {*match.namespaces})
        or len(request.path) > 300
        or "\0" in request.path
    ):
        return None
    said = json.dumps({name: values for name, values in request.POST.lists() if name not in PROOFS})
    if len(said) > LONGEST:
        return None
    with transaction.atomic():
        kept = KeptForm.objects.create(user_id=user, path=request.path, page=page, said=said, at=timezone.now())
        newest = KeptForm.objects.filter(user=user).order_by("-at").values("pk")[:MOST]
        KeptForm.objects.filter(user=user).exclude(pk__in=newest).delete()
    return kept


def address_of(kept: KeptForm, query: str = "") -> str:
    """Where the form is shown again: its own address first."""
    return _with_key(f"{kept.path}?{query}", kept)


def page_of(kept: KeptForm) -> str:
    """The page it stood on, for a form whose own address shows nothing."""
    return _with_key(kept.page, kept)


def _with_key(address: str, kept: KeptForm) -> str:
    path, _mark, asked = address.partition("?")
    query = QueryDict(asked, mutable=True)
    query[NAME] = str(kept.pk)
    return f"{path}?{query.urlencode()}"


def kept_for(user: User, key: str) -> KeptForm | None:
    """What was kept under this key, if it is this account's and not too old."""
    pk = keys.uuid_of(key)
    since = timezone.now() - timedelta(seconds=settings.KEPT_FORM_SECONDS)
    return KeptForm.objects.filter(pk=pk, user=user, at__gte=since).first() if pk else None


def said_in(kept: KeptForm) -> dict[str, list[str]]:
    """The answers by their names."""
    said: dict[str, list[str]] = json.loads(kept.said.reveal("she goes on with the form she typed it into"))
    return said


def query_of(kept: KeptForm, asked: QueryDict) -> QueryDict:
    """What the address asks with the answers in place of its own, for a page that takes either."""
    query = asked.copy()
    for name, values in said_in(kept).items():
        query.setlist(name, values)
    return query


def let_go(request: HttpRequest) -> None:
    """The form that goes here was taken: what was kept of it is not needed any more. Asked only of who came back to one."""
    if request.session.get(NAME):
        KeptForm.objects.filter(user=request.user.pk, path=request.path).delete()

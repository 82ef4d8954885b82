"""People whose numbers occur nowhere else, applications of theirs in every state, and where to look for the numbers.

What an application of a scheme is made of, the scheme says itself (`tests.house.brought`).
"""

import base64
import logging
import re
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string
from pypdf import PdfReader

from handoff import deliveries
from handoff.models import Delivery
from handoff.wire import client as agency
from refunds import actions, schemes
from refunds.models import RejectReason
from tests.accounts.factories import PersonFactory, UserFactory, resident_number
from tests.house import brought
from tests.pages import find_all, tree
from tests.reports import report

LINKED = {"a": "href", "form": "action"}
# So many addresses of one page a crawler asks, and so many pages of one kind.
WAYS, OF_A_KIND = 8, 60


@dataclass
class Canary:
    """A resident; `refunds` are her applications by the code of their scheme, once there are some."""

    user: object
    id_number: str
    phone: str
    account: str
    contact_phone: str
    reported: str  # the account in her deposit account report
    refunds: dict = field(default_factory=dict)

    @property
    def refund(self):
        """One of them, where any will do: that of the first scheme."""
        return next(iter(self.refunds.values()))

    @property
    def secrets(self) -> list[str]:
        return [self.id_number, self.phone, self.account, self.contact_phone, self.reported]

    @property
    def masks(self) -> list[str]:
        return [str(self.user.person.id_number), f"**** {self.account[-4:]}", f"**** {self.reported[-4:]}"]


def canary(n: int) -> Canary:
    number, phone = resident_number(20000 + 7 * n, "429006"), f"1876543{n:04d}"
    user = UserFactory(resident=True, person=PersonFactory(number=number, phone=phone))
    return Canary(user, number, phone, f"955991234567{n:05d}", f"1556781{n:04d}", f"955887654321{n + 900:05d}")


def applied(bird: Canary, office, amount="300.00") -> None:
    """One application of every scheme."""
    for scheme in schemes.every():
        bird.refunds[scheme.code] = brought.of(scheme, "canaries").apply(bird, office, amount)


def pages_of(bird: Canary) -> list[str]:
    """The pages of her own that no link leads to, or only with something ticked."""
    pages = []
    for code, refund in bird.refunds.items():
        pages += brought.of(refund.scheme, "canaries").pages(refund)
        pages += [f"/{code}/submitted/{refund.submission_key}/", f"/refunds/{refund.number}/account/"]
    return pages


def answered(refund, **answer) -> None:
    """The agency's answer to the sending of the newest instruction."""
    delivery = Delivery.objects.filter(number=refund.number).latest("created_at")
    deliveries._record(delivery, agency.Answer(**answer), declines=True)


def reported(*events):
    def tell(refund, cast):
        actions.approve(refund.number, by=cast.reviewer)
        report(refund.number, events=events)

    return tell


def approved(then):
    def decide(refund, cast):
        actions.approve(refund.number, by=cast.reviewer)
        then(refund)

    return decide


# What has happened to an application, by the name of the situation.
SITUATIONS = {
    "applied": lambda refund, cast: None,
    "withdrawn": lambda refund, cast: actions.withdraw(refund.number, by=refund.submitted_by),
    "countersign": lambda refund, cast: actions.approve(refund.number, by=cast.reviewer),
    "tax_returned": lambda refund, cast: actions.reject(
        refund.number, by=cast.reviewer, reason=RejectReason.objects.first(), remark="请核对"
    ),
    "approved": approved(lambda refund: None),
    "unknown": approved(lambda refund: answered(refund, text="没有应答")),
    "held": approved(lambda refund: answered(refund, text="对方拒收（400）：账号不对", held=True)),
    "agency_processing": approved(lambda refund: answered(refund, text="已接收", receipt="R-1")),
    "agency_returned": reported("refused"),
    "paying": reported("accepted"),
    "refunded": reported("paid"),
    "payment_failed": reported("bounced"),
    "contradiction": reported("paid", "refused"),
}


def flock(cast) -> dict[str, Canary]:
    """One canary in every situation, with each of her applications, and one more that is 待审核."""
    birds = {}
    for n, (situation, happen) in enumerate(SITUATIONS.items(), start=1):
        bird = birds[situation] = canary(n)
        applied(bird, cast.county, "10000.01" if situation == "countersign" else "300.00")
        for refund in bird.refunds.values():
            happen(refund, cast)
        brought.of(bird.refund.scheme, "canaries").apply(bird, cast.county)
    return birds


def found(text: str, secrets) -> list[str]:
    """The secrets that stand in `text`, however their digits are grouped or written."""
    bare = re.sub(r"[\s\-+]|%20", "", text)
    return [s for s in secrets if s in text or s in bare or s.encode().hex() in text or encoded(s) in text]


def encoded(secret: str) -> str:
    """The part of its base64 that does not depend on what follows."""
    return base64.b64encode(secret.encode()).decode().rstrip("=")[:-2]


def dump() -> str:
    """Every column of every table of the database as text, and what the sessions hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        lines = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            lines += [row[0] for row in cursor.fetchall()]
    assert len(tables) > 20
    return "\n".join([*lines, *(str(session.get_decoded()) for session in Session.objects.all())])


@contextmanager
def log():
    """Everything that is logged, at every level, as the portal's own handler writes it."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    settled = dict(settings.LOGGING["formatters"]["json"])
    handler.setFormatter(settled.pop("()")(**settled))
    for path in settings.LOGGING["handlers"]["stderr"].get("filters", ()):
        handler.addFilter(import_string(settings.LOGGING["filters"][path]["()"])())
    names = [None, *settings.LOGGING["loggers"], "django.request", "django.security", "django.db.backends"]
    levels = {name: logging.getLogger(name).level for name in names}
    logging.getLogger().addHandler(handler)
    try:
        for name in names:
            logging.getLogger(name).setLevel(logging.DEBUG)
        yield written
    finally:
        logging.getLogger().removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def envelope(response) -> str:
    """Status line, headers and cookies."""
    return f"{response.headers} {response.cookies}"


def full_numbers(address, response, secrets) -> list[str]:
    """Those that an answer gives away: in its page, its address, its headers or its cookies."""
    return found(words_of(response), secrets) + found(address + envelope(response), secrets)


def words_of(response) -> str:
    """What a page or a PDF says."""
    if response.headers.get("Content-Type") == "application/pdf":
        return "".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    return response.content.decode()


def crawl(client, *starts, limit=1200):
    """Every page that links and search forms lead to, breadth first: (address, response). Conditions of one page multiply without
    end, so of those it is asked with a few."""
    todo, seen, asked = deque(starts), set(starts), Counter()
    while todo:
        assert len(seen) < limit
        address = todo.popleft()
        response = client.get(address)
        yield address, response
        if "html" not in response.headers.get("Content-Type", ""):
            targets = [response.headers.get("Location", "")]
        else:
            nodes = find_all(tree(response), lambda tag, attrs: tag in LINKED and attrs.get("method") != "post")
            targets = [node["attrs"].get(LINKED[node["tag"]]) or "" for node in nodes]
        for target in targets:
            parts = urlsplit(urljoin(address, target))
            link = parts._replace(fragment="").geturl()
            ours = not parts.scheme and not parts.netloc and link not in seen
            if ours and asked[parts.path] < WAYS and asked[kind := _kind(parts.path)] < OF_A_KIND:
                asked.update([parts.path, kind])
                seen.add(link)
                todo.append(link)


def _kind(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return path

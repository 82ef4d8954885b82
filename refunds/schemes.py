"""What a scheme (养老, 医保, …) declares about itself, so that review and handoff serve it without knowing it.

The model of a scheme says what the database and the wire need (`claim`, `payee`, `instruction_lines_of`, …); everything that
a page says or asks stands in its `Scheme`.
"""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.forms import Form
from django.http import QueryDict
from django.urls import reverse

from accounts.models import Person, Role, User
from foundation.crypto import Sealed
from foundation.feeds.feed import Feed
from refunds.application import Application
from refunds.checking import Check, Compared
from refunds.people import Parts, People
from refunds.records import Changed
from refunds.said import Facts, Paid, Paper, Refundable, Startable, Table, ToSign


class Scheme:
    """One kind of social insurance. A scheme is a subclass, registered by its app when it is ready."""

    model: Any  # its kind of RefundApplication
    ledger: Any  # its kind of payment, which knows its `office`
    payer = "person"  # the way from a payment to whose it is
    code: str  # also of its addresses: the portal puts its `urls` under it, and their `app_name` says the same
    prefix: str  # opens its application numbers
    label: str
    short: str  # its name where a column has room for two characters
    menu: str  # its name under 办税中心 (I-20)
    choice: str  # its name under 社保费退费 (G-02)
    summary: str  # what a person gets back here
    village_summary = ""  # and a village
    drawing = "shield-check"  # its icon
    who_may = "缴费人本人"  # apply for it
    to_bring = "本人名下的银行卡或存折"

    agency: str  # the code of the agency that its refunds are handed to (settings.AGENCIES)
    agency_name: str  # its short name inside labels (人社退费中)
    agency_title: str
    hotline: str  # of the agency

    home: str  # URL name of its page for a resident
    progress: str  # and of that with the resident's applications
    village_home = ""  # and for a clerk; empty where villages have nothing to refund
    village_overview = ""  # the template that draws what a clerk's 首页 says of it, with its `overview`
    downloads: tuple[tuple[str, str], ...] = ()  # (URL name, words) of what anybody may take away from 公众服务
    unfit_reasons: frozenset[str] = frozenset()  # codes of 不通过 reasons that make no sense here
    read_along: tuple[str, ...] = ()  # what an application always says of itself, read in one query with it

    @property
    def app(self) -> str:
        """The name of its app, in which the portal finds its `urls`."""
        return str(self.model._meta.app_config.name)

    # Where one goes --------------------------------------------------------------------------------------------------

    @property
    def home_url(self) -> str:
        return reverse(self.home)

    @property
    def progress_url(self) -> str:
        return reverse(self.progress)

    def home_of(self, user: User) -> str:
        """The address where this user begins, or an empty string (I-20: the role decides which page opens)."""
        names: dict[str, str] = {Role.RESIDENT: self.home, Role.CLERK: self.village_home}
        name = names.get(user.role, "")
        return reverse(name) if name else ""

    def summary_for(self, user: User) -> str:
        """What a person, or a clerk for her village, gets back here."""
        return self.village_summary if user.role == Role.CLERK else self.summary

    def page_url(self, refund: Application) -> str:
        """The applicant's page of an application."""
        return reverse("refunds:detail", args=[refund.number])

    def draft_url(self, refund: Application) -> str:
        """Where its applicant goes on with a draft."""
        return self.home_url

    def list_url(self, refund: Application) -> str:
        """The list in which its payment stands."""
        return self.home_url

    def apply_again_url(self, refund: Application) -> str:
        """Where the applicant asks for the same money again, after it was returned."""
        return self.home_url

    # What a page shows and asks ----------------------------------------------------------------------------------------

    def people(self, refund: Application) -> People:
        """Who an application is for."""
        return People(refund)

    def parts(self, refunds: list[Any]) -> dict[UUID, Parts]:
        """What became of the people of each batch, by its primary key; an application of one person is not in it. However many
        they are, the number of queries is the same."""
        return {}

    def draft_words(self, drafts: list[Any]) -> dict[UUID, str]:
        """What a draft has in it and how old it is, by its primary key. However many they are, the number of queries is the
        same."""
        return {}

    def payment_keys(self, refunds: list[Any]) -> dict[UUID, set[int]]:
        """The keys of the payments that each refunds, by its own key. However many they are, the number of queries is the same."""
        return {refund.pk: refund.payment_keys() for refund in refunds}

    def payments(self, refund: Application) -> Table:
        """What an application refunds."""
        raise NotImplementedError

    def account(self, refund: Application) -> Facts:
        """Where the money goes, with masked numbers."""
        raise NotImplementedError

    def facts(self, refund: Application) -> Facts:
        """What else the applicant said."""
        return []

    def overview(self, clerk: User) -> Any:
        """What a clerk's 首页 says of her village's refunds. However many they are, the number of queries is the same."""
        return None

    def to_sign(self, clerk: User) -> list[ToSign]:
        """What the village was paid and has not handed out, as far as it has said."""
        return []

    def papers(self, refund: Application) -> list[Paper]:
        """The papers that were sent in for it, the newest of each first, without what is in them."""
        return []

    def paper(self, refund: Application, key: UUID) -> tuple[Paper, bytes] | None:
        """One of them with its content; None where it has none with that key."""
        return None

    def receipt(self, refund: Application) -> Facts:
        """What a receipt says of the payment: a few lines, all of them on one page with the rest."""
        return [("年度", refund.year)]

    def checks(self, refunds: list[Any]) -> dict[UUID, list[Check]]:
        """What the scheme's own records say against each claim, or for it, by the application's key. However many they are,
        the number of queries is the same."""
        return {}

    def changes(self, refunds: list[Any]) -> dict[UUID, Changed]:
        """What its ledger says by now against each, other than when it was applied for, by the application's key. However many they
        are, the number of queries is the same. Empty where a ledger is never corrected."""
        return {}

    def compare(self, refund: Application) -> list[Compared]:
        """What is claimed beside what the record says now, row by row; empty where they do not stand one to one."""
        return []

    def refundable(self, person: Person) -> Refundable:
        """What this person may apply for here, in one query."""
        return Refundable()

    def paid_with(self, payments: QuerySet[Any]) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """What `paid` needs of some payments of one person: themselves, and the applications that count for them."""
        raise NotImplementedError

    def paid(self, payments: list[Any], refunds: list[Any]) -> list[Paid]:
        """Those payments, in their order, each with its application: what the two queries of `paid_with` found."""
        raise NotImplementedError

    def account_form(self, refund: Application, data: QueryDict | None, *, registered_phone: Sealed | None) -> Form:
        """The form of 更正账户; its `template` draws its fields."""
        raise NotImplementedError

    # 代为发起 (O-04): a scheme that says nothing here has nothing that an officer may start --------------------------------

    def startable(self, person: Person, *, by: User) -> list[Startable]:
        """The payments of a person that this officer's area decides about, newest first; one more than `said.MOST_STARTABLE` where
        there are more."""
        return []

    def behalf_form(self, person: Person, data: QueryDict | None, *, initial: dict[str, Any]) -> Form:
        """What an officer fills in for her beside the evidence: account, phone, and a reason where the scheme asks one. Its
        `template` draws its fields; it says `cannot_be_sent` where something must be seen to first."""
        raise NotImplementedError

    def started(self, payment: Any, said: dict[str, Any]) -> Any:
        """The unsaved application for one payment, out of what that form gave."""
        raise NotImplementedError

    def must_be_on_behalf(self, refund: Application) -> bool:
        """Whether the applicant may not ask for this any more by herself: an officer starts it again for her."""
        return False

    def why_not_again(self, refund: Any) -> str:
        """Why its payment, as the ledger says it now, cannot be applied for again by the applicant, as a sentence; empty when it can."""
        return ""

    def restarted(self, refund: Any) -> Any:
        """The unsaved application that takes its place, for what the ledger says now, with the same account and phone."""
        raise NotImplementedError

    def payment_feed(self) -> Feed:
        """What `load_payments` loads."""
        raise NotImplementedError


class Filed(Application, Protocol):
    """An application that knows its scheme. For annotations only."""

    @property
    def scheme(self) -> Scheme: ...


_schemes: dict[str, Scheme] = {}


def register(scheme: Scheme) -> None:
    """Called once by the scheme's app when it is ready."""
    clash = next((s for s in _schemes.values() if s.prefix == scheme.prefix and s.code != scheme.code), None)
    if clash:
        raise ValueError(f"{scheme.code} and {clash.code} share the number prefix {scheme.prefix}")
    _schemes[scheme.code] = scheme


def with_parts(refunds: Iterable[Any]) -> None:
    """Tells each application of a page its `parts`; one of one person has none."""
    for scheme in every():
        mine = [refund for refund in refunds if refund.scheme_code == scheme.code]
        found = scheme.parts(mine) if mine else {}
        for refund in mine:
            refund.parts = found.get(refund.pk)


def get(code: str) -> Scheme:
    """The registered scheme with that code. Raises KeyError."""
    return _schemes[code]


def every() -> Iterable[Scheme]:
    """All schemes, in the order they were registered."""
    return _schemes.values()


def of_number(number: str) -> Scheme | None:
    """The scheme an application number belongs to; None for what cannot be a number at all."""
    known = _schemes.values() if number.isalnum() else ()
    return next((scheme for scheme in known if number.startswith(scheme.prefix)), None)

"""申请退费, the page of every scheme (P2-05, P2-06, M2-07, M1-13): fill in, check what is 尚未提交, submit once."""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.utils.functional import cached_property

from accounts.guards import SignedIn
from foundation import keys
from foundation.fragments import go, show
from refunds import applying, replies
from refunds.application import Payment
from refunds.errors import RefundError
from refunds.parameters.calendar import deadline
from refunds.schemes import Scheme

# More rows than any lifetime of payments; a bound all the same.
MAX_PAYMENTS = 200

Paid = TypeVar("Paid", bound=Payment)
Asked = TypeVar("Asked", bound=Form)


class ApplyPage(Generic[Paid, Asked]):
    """Answers one request to the apply page of a scheme: the form, the check page, the submission.

    A scheme says what may be applied for, what its form asks, and what its application is. A posted `step` is "fill" for a
    filled-in form, "edit" to go back to it ("edit:bank" to one of its fields) and "confirm" to submit what the check page showed.
    """

    scheme: Scheme
    form_template: str
    check_template: str
    done: str  # the URL name of the page that says what was submitted
    asked_about: dict[str, tuple[str, ...]] = {}  # by what a reason of 不通过 is about: the fields that are asked anew
    nothing_ticked = "请先勾选要退费的缴费记录，再申请退费。"

    def __init__(self, request: SignedIn):
        self.request = request
        self.data = request.POST or request.GET
        self.step, _colon, self.field = self.data.get("step", "").partition(":")
        self.key = keys.uuid_or_new(self.data.get("key"))

    # What a scheme says ------------------------------------------------------------------------------------------------

    def own(self) -> QuerySet[Any]:
        """The person's own payments, of which those ticked are taken; anything else in the request does not exist."""
        raise NotImplementedError

    def refusal(self) -> str:
        """Why what is ticked cannot be applied for at all, as a sentence; empty when it can."""
        return ""

    def taken(self) -> Iterable[int]:
        """The keys of those of the ticked payments that are in a live refund."""
        raise NotImplementedError

    def make_form(self, data: QueryDict | None) -> Asked:
        """The scheme's form, of `data` or (None) as it is first shown."""
        raise NotImplementedError

    def earlier(self) -> Any:
        """The newest application for what is ticked that came back to her: its answers are kept."""
        return None

    def answers(self, refund: Any) -> dict[str, Any]:
        """What she said in it, by the fields of the form."""
        return {}

    def first(self) -> HttpResponse | None:
        """What must be seen to before the form can be filled in, if anything."""
        return None

    def said(self) -> dict[str, Any]:
        """What the scheme's templates show beside."""
        return {}

    def account(self) -> object:
        """What the check page shows of the account."""
        return self.form.cleaned_data

    def submit(self) -> None:
        """Submit, all or none. Raises RefundError."""
        raise NotImplementedError

    # What happens ------------------------------------------------------------------------------------------------------

    def answer(self) -> HttpResponse:
        if why_not := self._why_not():
            return replies.say(self.request, self.scheme, why_not)
        if first := self.first():
            return first
        filled_in = self.request.method == "POST" and self.step != "edit" and self.form.is_valid()
        if filled_in and self.step == "confirm":
            return self._submitted()
        if filled_in:
            return self._show(self.check_template, account=self.account())
        begin_at(self.form, self.field)
        return self._show(self.form_template, status=422 if self.form.errors else 200)

    @cached_property
    def payments(self) -> list[Paid]:
        """What is ticked, newest first."""
        ticked = applying.ticked(self.data, MAX_PAYMENTS)
        return list(self.own().filter(pk__in=ticked).order_by("-year", "-id"))

    @cached_property
    def before(self) -> Any:
        """重新申请: the application that this one comes after."""
        return self.earlier() if self.payments else None

    @cached_property
    def anew(self) -> tuple[str, ...]:
        """The fields that were wrong in it."""
        reason = self.before.reject_reason if self.before else None
        return self.asked_about.get(reason.about, ()) if reason else ()

    def said_before(self) -> dict[str, Any]:
        """Everything that was not wrong, so that nobody types it again."""
        if self.step or not self.before:
            return {}
        said = self.answers(self.before)
        return {name: None if name in self.anew else value for name, value in said.items()}

    @cached_property
    def form(self) -> Asked:
        return self.make_form(self.data if self.step else None)

    def _why_not(self) -> str:
        if not self.payments:
            return self.nothing_ticked
        # At the last step the constraint decides, and a double click is answered with what the first one made.
        return self.refusal() or (
            "" if self.step == "confirm" else applying.already_claimed(self.payments, self.taken())
        )

    def _submitted(self) -> HttpResponse:
        try:
            self.submit()
        except RefundError as error:
            return replies.say(self.request, self.scheme, error.message)
        return go(self.request, self.done, key=self.key)

    def _show(self, template: str, status: int = 200, **more: object) -> HttpResponse:
        context = {
            "crumbs": replies.trail(self.scheme, "申请退费"),
            "payments": self.payments,
            "total": sum(payment.amount for payment in self.payments),
            "form": self.form,
            "key": self.key,
            "expected": deadline(),
            "before": self.before,
            "anew": [self.form.fields[name].label for name in self.anew],
            **self.said(),
            **more,
        }
        return show(self.request, template, "dialog", context, status=status)


def begin_at(form: Form, name: str) -> None:
    """Whoever came to change one answer begins there."""
    if name in form.fields:
        form.fields[name].widget.attrs["autofocus"] = True


def field_of(form: Form, label: str) -> str:
    """The field that an answer on a check page was given in, by its label there; empty where nothing was asked. A form says so itself
    (`answers`) where one choice answers several."""
    named: dict[str, str] = getattr(form, "answers", {})
    return named.get(label) or next(
        (name for name, field in form.fields.items() if str(field.label or "").startswith(label)), ""
    )

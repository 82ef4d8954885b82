"""申请退费, the page of every scheme (P2-05, P2-06, M2-07, M1-13): fill in, check what is 尚未提交, submit once."""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import cached_property

from accounts.guards import SignedIn
from accounts.models import Person
from foundation import keys
from foundation.crypto import Sealed
from foundation.fragments import go, show
from refunds import applying, replies
from refunds.application import Payment
from refunds.elder import asking
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
        self.data: QueryDict = request.POST or request.GET
        self.step, _colon, self.field = self.data.get("step", "").partition(":")
        self.key = keys.uuid_or_new(self.data.get("key"))
        self.aside = ""

    # What a scheme says ------------------------------------------------------------------------------------------------

    def own(self) -> QuerySet[Any]:
        """The person's own payments, of which those ticked are taken; anything else in the request does not exist."""
        raise NotImplementedError

    def refusal(self, payment: Paid) -> str:
        """Why this payment cannot be applied for at all, as a sentence; empty when it can."""
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

    def told_apart(self, payment: Paid) -> str:
        """What tells it from another payment of the same year and amount, in a few words."""
        return ""

    def note(self) -> str:
        """What must be known before these payments are applied for, as a sentence; empty where nothing is."""
        return ""

    def account(self) -> object:
        """What the check page shows of the account."""
        return self.form.cleaned_data

    def submit(self) -> None:
        """Submit, all or none. Raises RefundError."""
        raise NotImplementedError

    # What happens ------------------------------------------------------------------------------------------------------

    def answer(self) -> HttpResponse:
        self._take_what_can()
        if asking.leaves(self.request):
            return asking.left(self.request, self._taken_over())
        if asking.is_on(self.request) and (one_question := asking.ElderApply(self).answer()):
            return one_question
        return self._answer()

    def _answer(self) -> HttpResponse:
        if why_not := self.why_not():
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

    def _taken_over(self) -> HttpResponse:
        if not self.payments:
            return redirect(self.scheme.home_url)
        self.step = ""
        self.form = asking.taken_over(self.make_form(None), self.data)
        return self._answer()

    @cached_property
    def payments(self) -> list[Paid]:
        """What is ticked, newest first."""
        ticked = applying.ticked(self.data, MAX_PAYMENTS)
        return list(self.own().filter(pk__in=ticked).order_by("-year", "-id"))

    @cached_property
    def held(self) -> set[int]:
        """The keys of those of the ticked payments that are in a live refund."""
        return set(self.taken())

    def _take_what_can(self) -> None:
        """Of a mixture of ticks what can be applied for goes on, and the page says what stays behind (`aside`). Once the form is
        filled in, nothing is left out any more: `why_not` says what has changed meanwhile."""
        stay = [] if self.step or len(self.payments) < 2 else [one for one in self.payments if self._stays(one)]
        if stay and len(stay) < len(self.payments):
            self.aside = applying.left_behind(self.payments, [(one, self.refusal(one)) for one in stay])
            self.payments = [one for one in self.payments if one not in stay]

    def _stays(self, payment: Paid) -> bool:
        return payment.pk in self.held or bool(self.refusal(payment))

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

    def phone(self, person: Person) -> Sealed | None:
        """What an empty box means: the phone of the last application, or the registered one."""
        kept: Sealed | None = self.before.contact_phone if self.before else person.phone
        return kept

    def with_words(self, form: Any) -> Any:
        """A form that says which of the two it is."""
        if self.before:
            form.fields["contact_phone"].help_text = f"不填则使用上次填的电话 {form.registered_phone}"
        return form

    @cached_property
    def form(self) -> Asked:
        return self.make_form(self.data if self.step else None)

    def offered(self) -> list[Paid]:
        """All that may be applied for, newest first; the page goes on as if it were ticked."""
        self.payments = list(self.own().order_by("-year", "-id")[:MAX_PAYMENTS])
        taken = set(self.taken())
        return [payment for payment in self.payments if payment.pk not in taken and not self.refusal(payment)]

    def why_not(self) -> str:
        """Why what is ticked cannot be applied for now, as a sentence; empty when it can."""
        if not self.payments:
            return self.nothing_ticked
        # At the last step the constraint decides, and a double click is answered with what the first one made.
        return next(filter(None, map(self.refusal, self.payments)), "") or (
            "" if self.step == "confirm" else applying.already_claimed(self.payments, self.held)
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
            "aside": self.aside,
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

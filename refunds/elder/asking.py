"""The apply page of any scheme and 更正账户, walked question by question: which payments, each question of the form, all of it to look
through. What was answered is posted again hidden, as the check pages carry it; the ordinary page submits."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from accounts.guards import SignedIn
from foundation import display
from refunds.elder.walk import ASKED, TO, Walk, choices_of, filled
from refunds.parameters.calendar import deadline
from refunds.schemes import Scheme

# So many choices stand one below the other, to be pressed; more open as a list.
FEW = 6
Asked = TypeVar("Asked", bound=Form)
# The question before those of the form, and the button of the top line that posts all there is to the ordinary page.
PAYMENT, LEAVE = "payment", "leave_elder"


def is_on(request: HttpRequest) -> bool:
    """Whether this request is answered one question a page."""
    return display.of(request).elder


def leaves(request: HttpRequest) -> bool:
    """Whether the top line was pressed on a page of questions: the ordinary page takes over what was answered."""
    if LEAVE not in request.POST:
        return False
    display.choose(request, display.of(request).but(elder="0"))
    return True


def left(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The ordinary page, and the device told."""
    return display.keep(response, display.of(request))


def taken_over(form: Asked, data: QueryDict) -> Asked:
    """An unbound form that shows what was answered, and calls nothing wrong that was not asked yet."""
    form.initial = {**form.initial, **{name: data[name] for name in form.fields if name in data}}
    return form


class Page(Protocol):
    """What is used here of an `ApplyPage`, which could not be imported without a circle."""

    request: SignedIn
    scheme: Scheme
    data: QueryDict
    step: str
    key: UUID

    @property
    def payments(self) -> list[Any]: ...

    @property
    def form(self) -> Any: ...

    def make_form(self, data: QueryDict | None) -> Any: ...

    def offered(self) -> list[Any]: ...

    def told_apart(self, payment: Any) -> str: ...

    def why_not(self) -> str: ...

    def first(self) -> HttpResponse | None: ...

    def note(self) -> str: ...


class ElderApply:
    """One request to the apply page of a scheme, in 长辈模式."""

    def __init__(self, page: Page):
        self.page, self.request = page, page.request

    def answer(self) -> HttpResponse | None:
        """A question, or the check page; None where the ordinary page does what is next: a sentence, a deed."""
        page = self.page
        if page.data.get(TO) == PAYMENT or not page.payments:
            return self._which()
        if page.why_not():
            return None
        if not page.step:
            page.data, page.step = filled(page.data, page.make_form(None)), "fill"
        if page.first():
            return self._report_first()
        walk = Walk(page.form, page.data)
        if walk.at is None and page.step == "confirm":
            return None
        hidden = [("key", page.key), *(("payment", payment.pk) for payment in page.payments)]
        shown = self._said() | {"steps": len(walk.questions) + 1, "step": walk.place + 1, "before": PAYMENT}
        return ask(self.request, walk, hidden, shown) if walk.at else check(self.request, walk, hidden, shown)

    def _which(self) -> HttpResponse:
        """Which payments: all that may be applied for; those ticked so far come ticked."""
        page = self.page
        ticked = {payment.pk for payment in page.payments}
        wrong = page.data.get(ASKED) == PAYMENT and page.data.get(TO) != PAYMENT
        offered = page.offered()
        carried = Walk(page.make_form(page.data), page.data).everything() if page.step else ()
        context = self._said() | {
            "offered": [(payment, page.told_apart(payment)) for payment in offered],
            "ticked": ticked or {payment.pk for payment in offered if len(offered) == 1},
            "hidden": [("key", page.key), (ASKED, PAYMENT), *carried, *([("step", "fill")] if page.step else [])],
            "wrong": wrong,
            "back": "",
        }
        return render(self.request, "elder/payments.jinja", context, status=422 if wrong else 200)

    def _report_first(self) -> HttpResponse | None:
        """Who has no account yet to choose reports one, and comes back to the very question."""
        if not hasattr(self.page.form, "reported"):
            return None
        return render(self.request, "elder/report_first.jinja", self._said())

    def _said(self) -> dict[str, Any]:
        page, total = self.page, sum(payment.amount for payment in self.page.payments)
        ticked = [("payment", payment.pk) for payment in page.payments]
        return {
            "subject": f"{page.scheme.plain}退费",
            "scheme": page.scheme,
            "facts": [
                *((f"{payment.year} 年", f"{payment.amount:,.2f} 元") for payment in page.payments),
                *([("一共退", f"{total:,.2f} 元")] if len(page.payments) > 1 else []),
                ("退给", page.request.user.display_name),
            ],
            "note": page.note(),
            "report_url": _report_url(f"{page.scheme.apply_url}?{urlencode(ticked)}"),
            "expected": deadline(),
            "back_url": reverse("home"),
            "send": "确认并提交退费申请",
        }


class ElderCorrection:
    """One request to 更正账户 of an application, in 长辈模式; `make_form` is of what was posted, or (None) as it is first shown."""

    def __init__(self, request: HttpRequest, refund: Any, make_form: Callable[[QueryDict | None], Form]):
        self.request, self.refund, self.make_form = request, refund, make_form

    def answer(self) -> HttpResponse | None:
        """A question, or the check page; None where the ordinary page does what is next."""
        first = self.make_form(None)
        if getattr(first, "cannot_be_sent", False):
            return None
        data = self.request.POST if self.request.method == "POST" else filled(self.request.GET, first)
        walk = Walk(self.make_form(data), data)
        if walk.at is None and data.get("step") == "confirm":
            return None
        shown = self._said() | {"steps": len(walk.questions) + 1, "step": walk.place}
        return ask(self.request, walk, (), shown) if walk.at else check(self.request, walk, (), shown)

    def unchanged(self, error: str) -> HttpResponse:
        """The account is the same as before: asked on the page on which it was looked through."""
        walk = Walk(self.make_form(self.request.POST), self.request.POST)
        return check(self.request, walk, (), self._said() | {"error": error})

    def _said(self) -> dict[str, Any]:
        refund = self.refund
        return {
            "subject": "换一张卡",
            "scheme": refund.scheme,
            "facts": [
                (f"{refund.scheme.plain} {refund.year} 年", f"{refund.amount:,.2f} 元"),
                ("退给", refund.payee_name),
            ],
            "note": "",
            "report_url": _report_url(self.request.path),
            "before": "",
            "back_url": refund.get_absolute_url(),
            "expected": None,
            "send": "确认并重新退付",
        }


def ask(request: HttpRequest, walk: Walk, hidden: Iterable[tuple[str, Any]], shown: dict[str, Any]) -> HttpResponse:
    """One question. `shown` says what it belongs to (`subject`), which of how many it is, and what comes `before` the first."""
    question = walk.at
    assert question is not None, "whoever has answered all looks it through"
    choices = choices_of(walk.form.fields[question.name])
    context = shown | {
        "question": question,
        "is_reported": question.name == getattr(walk.form, "reported", ""),
        "form": walk.form,
        "fields": [walk.form[name] for name in question.fields if name not in _unasked(walk.form)],
        "choices": choices if len(choices) <= FEW else [],
        "back": walk.back or shown["before"],
        "hidden": [*hidden, ("step", "fill"), (ASKED, question.name), *walk.carried()],
    }
    return render(request, "elder/question.jinja", context, status=422 if walk.form.errors else 200)


def check(request: HttpRequest, walk: Walk, hidden: Iterable[tuple[str, Any]], shown: dict[str, Any]) -> HttpResponse:
    """All of it once more, with a way back to each question."""
    context = shown | {
        "answers": walk.answers(),
        "doubts": getattr(walk.form, "doubts", []),
        "back": walk.back,
        "hidden": [*hidden, ("step", "fill"), *walk.carried()],
    }
    return render(request, "elder/check.jinja", context, status=422 if shown.get("error") else 200)


def _report_url(back: str) -> str:
    """存款账户账号报告, with the way back to the question (I-42)."""
    return f"{reverse('bankreports:report')}?{urlencode({'next': back})}"


def _unasked(form: Form) -> set[str]:
    """Fields that the form itself asks only now and then."""
    return set() if getattr(form, "asks_to_check_number", False) else {"number_checked"}

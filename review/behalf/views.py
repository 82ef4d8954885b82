"""税务端: 代为发起 (O-04). Four steps on one page: the person, the payment, account and evidence, the signed paper."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES, Role
from foundation import keys
from foundation.capital import capital
from foundation.fragments import show, wants
from refunds.errors import RefundError
from review.behalf import acting, starting
from review.behalf.checks import checks
from review.behalf.forms import EvidenceForm, FindForm
from review.find import lookups
from review.models import LookUpKind

NOBODY = "本机关辖区内没有查到这个证件号码的缴费。请核对号码；缴费在外地的，请到缴费所在地税务机关办理。"
# What is typed is judged; any other step only shows the page again with it.
JUDGED = ("check", "print", "submit")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*OFFICER_ROLES)
def find(request):
    """找到人, by the whole 证件号码, which is posted and never stands in an address. Below, what waits for an officer to act."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if form.is_bound and request.user.role == Role.AUDITOR:
        raise PermissionDenied  # who is known here is looked up for somebody at the counter only
    if form.is_valid():
        try:
            found = _looked_up(form.cleaned_data["number"], by=request.user)
        except lookups.UsedUp as error:
            found = []
            form.add_error("number", str(error))
        if found:
            return redirect("review:behalf-person", person=found[0].person.pk)
        if not form.errors:
            form.add_error("number", NOBODY)
    context = {"form": form, "page": acting.waiting(request)}
    return render(request, "review/behalf/find.jinja", context, status=422 if form.errors else 200)


def _looked_up(number: str, *, by) -> list[starting.Counter]:
    """Whoever has the number, or nobody; kept as every search by number is."""
    return lookups.search(
        LookUpKind.DOCUMENT, number, by=by, look=lambda: list(filter(None, [starting.find(number, by=by)]))
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def person(request, person: UUID):
    """The person at the counter: what was posted comes back with what is known of it, until it is submitted."""
    found = starting.counter(person, by=request.user)
    if found is None:
        raise Http404
    return BehalfPage(request, found).answer()


class BehalfPage:
    """Answers one request to the page of a person. A posted `step` is "choose" for a payment, "check" for the account, "print"
    for the paper to sign, "edit" to come back from it, "submit"."""

    def __init__(self, request, counter: starting.Counter):
        self.request, self.counter = request, counter
        self.step = request.POST.get("step", "")
        self.key = keys.uuid_or_new(request.POST.get("key"))
        chosen = (request.POST or request.GET).get("payment", "")
        self.offer, scheme = counter.chosen(chosen), counter.scheme_of(chosen)
        typed = {name: value for name, value in request.POST.items() if value}
        judged = request.POST if self.step in ("print", "submit") else None
        self.evidence = EvidenceForm(judged, initial=typed, before_signing=self.step != "submit")
        judged = request.POST if self.step in JUDGED else None
        # Once a payment is chosen: each scheme asks in its own way.
        self.form = scheme and scheme.behalf_form(counter.person, judged, initial=typed)

    def answer(self):
        if self.step == "submit" and (earlier := starting.made_with(self.key, by=self.request.user)):
            return redirect("review:case", number=earlier.number)
        if self.offer and self.form and self.form.is_valid() and self.evidence.is_valid():
            refund = self.offer.scheme.started(self.offer.payment, self.form.cleaned_data)
            return self._print(refund) if self.step == "print" else self._submit(self.offer, self.form.cleaned_data)
        missing = self.step in JUDGED and self.offer is None
        wrong = missing or self.evidence.errors or (self.form and self.form.errors)
        return self._show(422 if wrong else 200, missing=missing)

    def _submit(self, offer, said):
        evidence = self.evidence.evidence
        try:
            refund = starting.submit(offer, said, evidence=evidence, by=self.request.user, key=self.key)
        except RefundError as error:
            return self._show(409, refused=error.message)
        messages.success(self.request, f"{refund.number} 已提交，由另一位税务人员审核。您发起的，不能由您审核。")
        return redirect("review:case", number=refund.number)

    def _print(self, refund):
        context = {
            "person": self.counter.person,
            "offer": self.offer,
            "refund": refund,
            "capital": capital(refund.amount),
            "evidence": self.evidence.evidence,
            # What she signs is the whole number, as the officer has just typed it; one that was reported stays masked.
            "number": self.request.POST.get("account_number", ""),
            "today": timezone.localdate(),
            "here": self._here(),
            "typed": [(name, value) for name, value in self.request.POST.items() if name not in NOT_CARRIED],
        }
        return render(self.request, "review/behalf/paper.jinja", context)

    def _show(self, status, refused="", missing=False):
        person = self.counter.person
        context = {
            "counter": self.counter,
            "offer": self.offer,
            "form": self.form,
            "evidence": self.evidence,
            "key": self.key,
            "checks": self._checks(),
            "others": starting.applications_of(person, by=self.request.user),
            "has_account": person.has_account,
            "refused": refused,
            "missing": missing,
            "step": 3 if self.offer else 2,
            "alone": wants(self.request, "behalf"),
            "here": self._here(),
        }
        return show(self.request, "review/behalf/person.jinja", "behalf", context, status=status)

    def _checks(self):
        """Of the account as it was typed, once it is right."""
        if not self.offer or not self.form or not self.form.is_valid():
            return []
        return checks(self.offer.scheme.started(self.offer.payment, self.form.cleaned_data))

    def _here(self) -> str:
        return reverse("review:behalf-person", args=[self.counter.person.pk])


# Hidden fields that the paper does not carry back: its own buttons say the step, the form its token.
NOT_CARRIED = ("csrfmiddlewaretoken", "step")

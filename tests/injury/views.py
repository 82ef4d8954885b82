"""工伤, the resident's pages."""

from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from foundation.paging import page_of
from refunds import applying, replies
from refunds.apply_page import MAX_PAYMENTS, ApplyPage
from tests.injury.forms import AccountForm
from tests.injury.models import InjuryPayment, InjuryRefund
from tests.injury.scheme import INJURY


@require_safe
@for_roles(Role.RESIDENT)
def payments(request):
    """查询: her payments, newest first; `payment` names those that come ticked."""
    context = {
        "crumbs": replies.trail(INJURY),
        "payments": _own(request).order_by("-year", "-id")[:MAX_PAYMENTS],
        "ticked": set(request.GET.getlist("payment")),
    }
    return render(request, "injury/payments.jinja", context)


class InjuryApplyPage(ApplyPage):
    """What is paid to an account that is asked for with the application."""

    scheme = INJURY
    form_template = "injury/apply.jinja"
    check_template = "injury/check.jinja"
    done = "injury:submitted"

    def own(self):
        return _own(self.request)

    def taken(self):
        live = InjuryRefund.objects.filter(payment__in=self.payments, holds=True)
        return live.values_list("payment", flat=True)

    def make_form(self, data):
        person = self.request.user.person
        return AccountForm(data, payee_name=person.name, registered_phone=person.phone)

    def submit(self):
        applying.apply_once(InjuryRefund, self.payments, make=self._make, by=self.request.user, key=self.key)

    def _make(self, payment):
        refund = InjuryRefund.of_payment(payment)
        refund.set_account(self.form.cleaned_data)
        return refund


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
def apply(request):
    """申请退费."""
    return InjuryApplyPage(request).answer()


@require_safe
@for_roles(Role.RESIDENT)
def submitted(request, key):
    """The result of one press of 提交."""
    return replies.submitted(request, INJURY, key)


@require_safe
@for_roles(Role.RESIDENT)
def progress(request):
    """进度查询: every application of the person, newest first."""
    page = page_of(request, [InjuryRefund.objects.visible_to(request.user)], size=10, newest_first=True)
    return render(request, "injury/progress.jinja", {"crumbs": replies.trail(INJURY, "进度查询"), "page": page})


def _own(request):
    return InjuryPayment.objects.filter(person_id=request.user.person_id)

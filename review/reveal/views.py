"""税务端: 显示完整 (O11). Asked for with a purpose, by POST, kept, and gone again after a minute."""

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from foundation.fragments import show
from review.case.views import visible
from review.models import DisclosedField
from review.reveal import disclosures
from review.reveal.forms import PurposeForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*disclosures.MAY_SEE)
def full_number(request, number, field):
    """The purpose first; then the number, for a minute."""
    refund = visible(request, number)
    sealed = disclosures.sealed(refund, field)
    if sealed is None:
        raise Http404
    form = PurposeForm(request.POST if request.method == "POST" else None)
    context = {"refund": refund, "what": DisclosedField(field).label, "mask": sealed, "seconds": disclosures.SECONDS}
    if request.method == "POST" and form.is_valid():
        full = disclosures.disclose(refund, field, by=request.user, **form.cleaned_data)
        response = show(request, "review/reveal.jinja", "dialog", context | {"form": form, "full": full})
        # Without JavaScript the browser itself goes back to the page that shows the mask.
        response["Refresh"] = f"{disclosures.SECONDS}; url={reverse('review:case', args=[number])}"
        response["Cache-Control"] = "no-store"
        return response
    status = 422 if form.errors else 200
    return show(request, "review/reveal.jinja", "dialog", context | {"form": form, "full": ""}, status=status)

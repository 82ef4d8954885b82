"""税务端: 显示完整 (O11). Asked for with a purpose, by POST, kept, and gone again after a minute."""

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from foundation.fragments import show
from review.case.batch import of_batch
from review.case.views import visible
from review.models import DisclosedField
from review.reveal import disclosures
from review.reveal.forms import PurposeForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*disclosures.MAY_SEE)
def full_number(request, number, field):
    """The purpose first; then the number, for a minute."""
    return _shown(request, visible(request, number), field, back=reverse("review:case", args=[number]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*disclosures.MAY_SEE)
def member_number(request, number, key, field):
    """The same of one person of a batch; from there back to the same page of the same search."""
    refund = of_batch(request, number)
    member = refund.people.person(key)
    if member is None:
        raise Http404
    search = f"?{request.GET.urlencode()}"
    back = f"{reverse('review:case', args=[number])}{search}#people"
    others = [
        (other.label, f"{reverse('review:member-number', args=[number, key, other])}{search}")
        for other in DisclosedField
        if other != field and disclosures.sealed(refund, other, member)
    ]
    return _shown(request, refund, field, back=back, member=member, others=others)


def _shown(request, refund, field, *, back, member=None, others=()):
    mask = disclosures.sealed(refund, field, member)
    if mask is None:
        raise Http404
    form = PurposeForm(request.POST if request.method == "POST" else None)
    context = {"refund": refund, "member": member, "what": DisclosedField(field).label, "mask": mask, "back": back}
    context |= {"others": others, "form": form, "full": "", "seconds": disclosures.SECONDS}
    if request.method == "POST" and form.is_valid():
        context["full"] = disclosures.disclose(refund, field, by=request.user, member=member, **form.cleaned_data)
        response = show(request, "review/reveal.jinja", "dialog", context)
        # Without JavaScript the browser itself goes back to the page that shows the mask.
        response["Refresh"] = f"{disclosures.SECONDS}; url={back}"
        response["Cache-Control"] = "no-store"
        return response
    return show(request, "review/reveal.jinja", "dialog", context, status=422 if form.errors else 200)

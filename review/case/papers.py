"""税务端: a paper that was sent in for an application. Whoever opens one is kept with it, as with a full number (O11)."""

from django.http import Http404
from django.views.decorators.http import require_POST

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES
from foundation.paper import scans
from review.case.views import visible
from review.models import DisclosedField, Disclosure, Purpose


@require_POST
@for_roles(*OFFICER_ROLES)
def paper(request, number, key):
    """The paper, as a file to be saved, once it is kept who has it."""
    refund = visible(request, number)
    found = refund.scheme.paper(refund, key)
    if found is None:
        raise Http404
    sent, content = found
    Disclosure.objects.create(
        number=number, office_id=refund.office_id, field=DisclosedField.PAPER, purpose=Purpose.PAPERS, by=request.user
    )
    return scans.handed_out(content, sent.kind, sent.name)

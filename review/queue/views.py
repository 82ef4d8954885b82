"""税务端: the queue (O-01)."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES
from foundation.fragments import show
from foundation.paging import page_of
from review.queue import queues

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*OFFICER_ROLES)
def queue(request):
    """审核队列 of one's own office, oldest first (O-01). A search is posted, so that no number stands in an address."""
    code, label, which = queues.queue_of(request.user, request.GET.get("queue", ""))
    if request.method == "POST":
        found = queues.find(request.user, request.POST.get("q", ""))
        return redirect(f"{reverse('review:queue')}?{urlencode({'queue': code, **found})}")
    tab = queues.choose_tab(request, request.GET.get("scheme", ""))
    asked = {name: request.GET.get(name, "") for name in ("number", "person")}
    rows = queues.narrowed(queues.waiting(request.user, which, tab), **asked)
    page = page_of(request, rows, size=PAGE_SIZE, newest_first=which is None, keys=queues.order_of(which))
    context = {"code": code, "label": label, "searched": any(asked.values()), "page": page}
    context |= {"tabs": queues.tabs(request.user, code, which, tab), "scheme": tab}
    return show(request, "review/queue.jinja", "queue", context)

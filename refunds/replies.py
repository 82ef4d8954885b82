"""What the pages of every scheme say alike: where they stand, why nothing was done, and what was submitted."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.guards import SignedIn
from foundation.fragments import show
from foundation.trail import Trail
from refunds import applying
from refunds.parameters.calendar import deadline
from refunds.schemes import Scheme
from refunds.way.stations import stations

HOME = Trail().to("首页", "home")
TAX_SERVICE = HOME.to("办税中心", "tax-service")
# Where every scheme has its menu (G-03, G-05).
OTHER_FILINGS = TAX_SERVICE.to("税费申报及缴纳", "tax-service").to("其他申报", "tax-service")


def trail(scheme: Scheme, here: str = "") -> list[tuple[str, str | None]]:
    """The crumbs of the scheme's own page, or of the page `here` below it."""
    return OTHER_FILINGS.to(scheme.menu, scheme.home).here(here) if here else OTHER_FILINGS.here(scheme.menu)


def say(request: SignedIn, scheme: Scheme, sentence: str) -> HttpResponse:
    """Why nothing was done, in the dialog or on a page of its own."""
    context = {"crumbs": trail(scheme, "提示信息"), "sentence": sentence, "scheme": scheme}
    status = 409 if request.method == "POST" else 200
    return show(request, "refunds/say.jinja", "dialog", context, status=status)


def submitted(request: SignedIn, scheme: Scheme, key: UUID) -> HttpResponse:
    """The result of one press of 提交. The address works tomorrow too; reloading it submits nothing."""
    refunds = applying.submitted_with(scheme.model, key, by=request.user)
    if not refunds:
        raise Http404
    context = {
        "crumbs": trail(scheme, "提交结果"),
        "refunds": refunds,
        "scheme": scheme,
        "total": sum(refund.amount for refund in refunds),
        "expected": deadline(refunds[0].submitted_at),
        "stations": stations(refunds[0]),
    }
    return render(request, "refunds/submitted.jinja", context)

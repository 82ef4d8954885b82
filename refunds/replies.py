"""The answers that the pages of every scheme give in the same words: why nothing was done, and what was submitted."""

from django.http import Http404
from django.shortcuts import render

from foundation.fragments import show
from refunds import applying
from refunds.schemes import Scheme
from refunds.timeline import deadline


def trail(scheme: Scheme, *last: str) -> list[tuple[str, str | None]]:
    """首页 → 办税中心 → 税费申报及缴纳 → 其他申报 → the scheme's menu, and what lies beneath (G-03, G-05)."""
    above = [("首页", "/"), *((name, "/tax-service/") for name in ("办税中心", "税费申报及缴纳", "其他申报"))]
    if not last:
        return [*above, (scheme.menu, None)]
    return [*above, (scheme.menu, scheme.home_url), *((name, None) for name in last)]


def say(request, scheme: Scheme, sentence: str):
    """Why nothing was done, in the dialog or on a page of its own."""
    context = {"crumbs": trail(scheme, "提示信息"), "sentence": sentence, "scheme": scheme}
    status = 409 if request.method == "POST" else 200
    return show(request, "refunds/say.jinja", "dialog", context, status=status)


def submitted(request, scheme: Scheme, key):
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
    }
    return render(request, "refunds/submitted.jinja", context)

"""A village batch on the officer's case page: what its tests look at and press."""

from refunds.models import RejectReason
from tests.pages import by_id, find_all, text, tree


def url(refund, verb=""):
    return f"/review/{refund.number}/{verb}"


def region(response):
    return by_id(tree(response), "people")


def lines_of(refund):
    return list(refund.lines.select_related("payment__person").order_by("pk"))


def reason(code="benefit_started"):
    return RejectReason.objects.get(code=code)


def leave(client, refund, lines, code="benefit_started", remark="", **more):
    data = {"line": [line.pk for line in lines], "reason": code, "remark": remark}
    return client.post(url(refund, "people/leave-out/"), data, **more)


def names(response):
    return [text(cell) for cell in find_all(region(response), lambda _tag, attrs: attrs.get("data-label") == "姓名")]


def of(lines):
    return [line.payment.person.name for line in lines]

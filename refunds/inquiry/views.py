"""查询中心 without a sign-in: where an application stands, and 验证回执."""

from collections.abc import Callable
from functools import partial
from hmac import compare_digest
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from foundation import masks
from foundation.jinja2 import day, moment, money
from foundation.middleware import address_of
from refunds import schemes
from refunds.inquiry import codes, doors
from refunds.inquiry.doors import Door
from refunds.inquiry.forms import TAIL, NumberForm, ReceiptForm, StationForm
from refunds.inquiry.paper import amount_of
from refunds.inquiry.standing import standing
from refunds.replies import HOME

# The same for a number that nobody has and for a number with other digits or another code.
UNKNOWN_STATION = "没有查到。请核对申请单号和联系电话后 4 位；半小时内 5 次没有查到，会暂停查询。"
UNKNOWN_RECEIPT = "没有查到这份回执。请对照回执核对申请单号和验证码；半小时内 5 次没有查到，会暂停查询。"
ABOVE = HOME.to("查询中心", "inquiry")
page = require_http_methods(["GET", "HEAD", "POST"])


@page
@login_not_required
def station(request: HttpRequest) -> HttpResponse:
    """办到哪一步: the station only, no name, no amount, no account."""
    form = StationForm(request.POST if request.method == "POST" else None)
    found = _asked(request, form, Door.STATION, _by_phone, UNKNOWN_STATION)
    context = {"crumbs": ABOVE.here("查进度"), "number": found and found.number}
    context |= {"standing": standing(found), "form": StationForm()} if found else {"standing": None, "form": form}
    return render(request, "inquiry/station.jinja", context, status=_code_of(form))


@page
@login_not_required
def verify(request: HttpRequest) -> HttpResponse:
    """验证回执: what the portal knows today, to compare with what is printed. The QR code fills the form in."""
    scanned = {name: request.GET.get(name, "")[:40] for name in ReceiptForm.base_fields}
    form = ReceiptForm(request.POST if request.method == "POST" else None, initial=scanned)
    found = _asked(request, form, Door.RECEIPT, _by_code, UNKNOWN_RECEIPT)
    context = {"form": form, "crumbs": ABOVE.here("验证回执"), "refund": found, "standing": None}
    if found:
        context |= {"form": ReceiptForm(), "standing": standing(found), "facts_of": _facts(found)}
    return render(request, "inquiry/receipt.jinja", context, status=_code_of(form))


def _asked(
    request: HttpRequest, form: NumberForm, door: Door, look: Callable[[dict[str, str]], Any], unknown: str
) -> Any:
    """What the form asks for, or None with the reason on the form; None without one where nothing was asked."""
    if not form.is_valid():
        return None
    asked = form.cleaned_data
    try:
        found = doors.through(door, asked["number"], address=address_of(request), look=partial(look, asked))
    except doors.Closed as closed:
        form.add_error(None, str(closed))
        form.is_closed = True
        return None
    if found is None:
        form.add_error(None, unknown)
    return found


def _code_of(form: NumberForm) -> int:
    return 429 if form.is_closed else 422 if form.errors else 200


def _by_phone(asked: dict[str, str]) -> Any:
    found = _numbered(asked["number"])
    phone = found.contact_phone.reveal("its last four digits are compared") if found else ""
    return found if compare_digest(phone[-TAIL:].encode(), asked["tail"].encode()) else None


def _by_code(asked: dict[str, str]) -> Any:
    return _numbered(asked["number"]) if codes.fits(asked["number"], asked["code"]) else None


def _numbered(number: str) -> Any:
    """An application of any scheme, with its parts."""
    scheme = schemes.of_number(number)
    if scheme is None:
        return None
    found = scheme.model.objects.numbered(number).select_related("office", "applicant", "organisation").first()
    if found:
        schemes.with_parts([found])
    return found


def _facts(refund: Any) -> list[tuple[str, object]]:
    """What stands on the paper as well, masked."""
    if refund.applicant:
        payee = [("申请人", masks.name(refund.applicant.name)), ("证件号码", refund.applicant.id_number)]
    else:
        payee = [("村组(单位)", refund.organisation.name), ("单位社保号", refund.organisation.social_number)]
    return [
        ("申请单号", refund.number),
        ("险种", refund.scheme.label),
        *payee,
        ("退费金额", f"{money(amount_of(refund))} 元"),
        ("收款账户", f"{refund.bank_name}，尾号 {str(refund.account_number)[-4:]}"),
        ("申请时间", moment(refund.submitted_at)),
        *([("退费日期", day(refund.refunded_on))] if refund.refunded_on else []),
        ("受理机关", refund.office.name),
    ]

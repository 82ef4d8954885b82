"""医保, the resident's pages (M2-01 … M2-14; on a phone M1-01 … M1-15)."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from bankreports import register
from foundation import keys, returning
from foundation.fragments import go, show
from foundation.paging import page_of
from medical import applications, rows, year
from medical.forms import RefundForm
from medical.models import Enrolment, MedicalRefund, Payment
from medical.scheme import MEDICAL
from refunds import applying, replies
from refunds.errors import RefundError
from refunds.replies import trail
from refunds.timeline import deadline

# Which of her enrolments a person works on, while she is signed in.
CHOSEN = "medical_enrolment"
# More rows than any lifetime of payments; a bound all the same.
MAX_PAYMENTS = 200


@require_safe
@for_roles(Role.RESIDENT)
def payments(request):
    """查询 (M2-02 … M2-06): the payments of one enrolment and year. `payment` names those that come ticked."""
    enrolments = _enrolments(request)
    enrolment = _chosen_enrolment(request, enrolments)
    asked = request.GET.get("year", "")
    years = year.offered()
    chosen_year = int(asked) if asked in map(str, years) else year.current()
    found = enrolment.payments.with_refund().order_by("-year", "-id")[:MAX_PAYMENTS] if enrolment else []
    context = {
        "crumbs": trail(MEDICAL),
        "person": request.user.person,
        "enrolments": enrolments,
        "enrolment": enrolment,
        "years": years,
        "year": chosen_year,
        "rows": rows.rows_of([payment for payment in found if payment.year == chosen_year]),
        "other_years": sorted({payment.year for payment in found} & set(years), reverse=True),
        "ticked": set(request.GET.getlist("payment")),
    }
    return show(request, "medical/payments.jinja", "payments", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
def enrolments(request):
    """选择登记信息 (M2-01, M1-01): one of several enrolments, kept until the person signs out."""
    own = _enrolments(request)
    chosen = next((one for one in own if str(one.pk) == request.POST.get("enrolment", "")), None)
    if chosen:
        request.session[CHOSEN] = chosen.pk
        return go(request, "medical:list")
    context = {
        "crumbs": trail(MEDICAL, "选择登记信息"),
        "person": request.user.person,
        "enrolments": own,
        "enrolment": _chosen_enrolment(request, own),
        "unchosen": request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "medical/enrolments.jinja", "dialog", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT)
def apply(request):
    """申请退费 (M2-07, M1-13): 退费信息, the check page that says 尚未提交, and the submission."""
    data = request.POST or request.GET
    chosen = _chosen(request, data)
    if not chosen:
        return replies.say(request, MEDICAL, "请先勾选要退费的缴费记录，再申请退费。")
    step = data.get("step", "")
    # At the last step the constraint decides, and a double click is answered with what the first one made.
    if step != "confirm" and (taken := applications.already_claimed(chosen)):
        return replies.say(request, MEDICAL, taken)
    person = request.user.person
    said = {} if step else applications.said_before(chosen, by=request.user)
    form = RefundForm(data if step else None, person=person, registered_phone=person.phone, initial=said)
    report_url = _report_url(chosen)
    if not form.accounts:
        owner = register.Owner.of(request.user)
        drafted = register.drafted(register.draft_of(owner))
        context = {"crumbs": trail(MEDICAL, "提示信息"), "report_url": report_url, "drafted": drafted}
        return show(request, "medical/no_account.jinja", "dialog", context)  # M2-08, M1-05
    context = {
        "crumbs": trail(MEDICAL, "申请退费"),
        "report_url": report_url,
        "person": person,
        "payments": chosen,
        "total": sum(payment.amount for payment in chosen),
        "form": form,
        "key": keys.uuid_or_new(data.get("key")),
        "expected": deadline(),
        "begun": [payment for payment in chosen if payment.period_start <= timezone.localdate()],
    }
    if request.method == "POST" and step != "edit" and form.is_valid():
        if step == "confirm":
            return _submit(request, chosen, form, context["key"])
        return show(request, "medical/check.jinja", "dialog", context | {"account": form.cleaned_data["account"]})
    return show(request, "medical/apply.jinja", "dialog", context, status=422 if form.errors else 200)


def _submit(request, chosen, form, key):
    said = {"reason": form.cleaned_data["reason"], "words": form.cleaned_data["words"]}
    try:
        applications.apply(chosen, account=form.payee, **said, by=request.user, key=key)
    except RefundError as error:
        return replies.say(request, MEDICAL, error.message)
    returning.arrived(request)
    return go(request, "medical:submitted", key=key)


@require_safe
@for_roles(Role.RESIDENT)
def submitted(request, key):
    """The result of one press of 退费 (M1-14). The address works tomorrow too; reloading it submits nothing."""
    return replies.submitted(request, MEDICAL, key)


@require_safe
@for_roles(Role.RESIDENT)
def progress(request):
    """进度查询 (M2-14, M1-15): every application of the person, withdrawn ones too, newest first."""
    own = MedicalRefund.objects.visible_to(request.user).select_related("payment", "reason", "reject_reason")
    page = page_of(request, [own], size=10, newest_first=True)
    context = {
        "crumbs": trail(MEDICAL, "进度查询"),
        "page": page,
        "tax_opinion": rows.tax_opinion,
        "agency_answer": rows.agency_answer,
        "bank_answer": rows.bank_answer,
    }
    return show(request, "medical/progress.jinja", "progress", context)


def _enrolments(request) -> list[Enrolment]:
    return list(Enrolment.objects.filter(person_id=request.user.person_id).order_by("id")[:50])


def _chosen_enrolment(request, own) -> Enrolment | None:
    """The only one, or the one kept in the session. A window names the one it shows, so that two windows do not mix."""
    if len(own) == 1:
        return own[0]
    named = next((one for one in own if str(one.pk) == request.GET.get("enrolment")), None)
    if named:
        request.session[CHOSEN] = named.pk
    return next((one for one in own if one.pk == request.session.get(CHOSEN)), None)


def _chosen(request, data) -> list[Payment]:
    """The ticked payments that are this person's own and of a covered year; anything else does not exist."""
    own = Payment.objects.of_person(request.user.person_id).filter(year__in=year.offered())
    own = own.select_related("office", "enrolment").order_by("-year", "-id")
    return list(own.filter(pk__in=applying.ticked(data, MAX_PAYMENTS)))


def _report_url(chosen) -> str:
    """存款账户账号报告, with the way back to the list where the same payments are ticked (I-42)."""
    shown = [("enrolment", chosen[0].enrolment_id), ("year", chosen[0].year)]
    back = f"{reverse('medical:list')}?{urlencode([*shown, *(('payment', payment.pk) for payment in chosen)])}"
    return f"{reverse('bankreports:report')}?{urlencode({'next': back})}"

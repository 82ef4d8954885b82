"""社会保险费缴费人存款账户账号报告 (M2-09 … M2-11, M1-06 … M1-11). For residents, and for clerks about their village."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import for_roles
from accounts.models import Role
from accounts.own.consent import before_an_account
from bankreports import cards, register
from bankreports.codes import FLAGS, Currency, Operation
from bankreports.forms import CloseForm, HeadingForm, RecordForm
from bankreports.models import AccountKind, Branch, DepositAccountRecord
from bankreports.register import Owner, ReportError
from foundation import keys, returning
from foundation.fragments import go, show
from foundation.trail import Trail

TITLE = "社会保险费缴费人存款账户账号报告"
REPORTS = Trail().to("首页", "home").to("办税中心", "tax-service").to("制度信息报告", "tax-service")
THIS_REPORT = REPORTS.to(TITLE, "bankreports:report")
# What a form may show of a record again; the number is not among it.
SHOWN = [name for name in RecordForm.base_fields if name not in ("account_number", "number_checked", "changed_on")]
# Preselected 账户性质 (I-33 for residents; the screen of M2-09 for units).
USUAL_KIND = {False: "1120", True: "1110"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
def report(request):
    """The report (M2-09): its accounts, 经办人 and 报告日期; 暂存 keeps it, 提交 leads to the check page."""
    if request.GET.get("next"):
        returning.remember(request, request.GET["next"])
        return redirect("bankreports:report")
    owner = Owner.of(request.user)
    draft = register.draft_of(owner)
    form = HeadingForm(_posted(request), initial=_heading(draft, request.user))
    if request.method == "POST" and form.is_valid():
        draft = register.save_heading(owner, form.cleaned_data, by=request.user)
        if request.POST.get("step") != "submit":
            kept = "暂存的账户还不能用于退费，填写完后请点【提交】。" if draft.records.exists() else "还没有填写账户。"
            messages.success(request, f"已暂存。{kept}")
            return redirect("bankreports:report")
        if draft.records.exists():
            return redirect("bankreports:check")
        messages.warning(request, "没有待提交的账户。请先填写账户，或对已提交的账户点【变更】。")
        return redirect("bankreports:report")
    lines = register.lines(owner, draft)
    context = {
        "crumbs": REPORTS.here(TITLE),
        "owner": owner,
        "lines": lines,
        "past": register.past(owner, [line.record for line in lines]),
        "draft": draft,
        "form": form,
        "back": returning.wanted(request),
    }
    return render(request, "bankreports/report.jinja", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
@before_an_account
def add(request):
    """添加 (M1-07): a new account."""
    owner = Owner.of(request.user)
    record = DepositAccountRecord(operation=Operation.ADD, account_number=None)
    return _record(request, owner, record, _usual(owner, register.others(owner, record.account)))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
@before_an_account
def change(request, account):
    """变更 of an account in force (M2-10). What it was stays until the report is submitted."""
    owner = Owner.of(request.user)
    before = _in_force(owner, account)
    drafted = _drafted(owner, account)
    # What is sent from a page that was open before the draft is not lost: it takes the draft's place.
    if request.method != "POST" and drafted and drafted.operation == Operation.CHANGE:
        return redirect("bankreports:edit", pk=drafted.pk)
    today = {"changed_on": timezone.localdate()}
    return _record(request, owner, _successor(before, Operation.CHANGE), _said(before) | today, before=before)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
@before_an_account
def edit(request, pk):
    """修改 of what stands in the draft."""
    owner = Owner.of(request.user)
    record = next((one for one in register.drafted(register.draft_of(owner)) if one.pk == pk), None)
    if record is None:
        raise Http404
    before = _in_force(owner, record.account) if record.operation != Operation.ADD else None
    if record.operation == Operation.CLOSE:
        return _close(request, owner, record)
    return _record(request, owner, record, _said(record) | {"changed_on": record.changed_on}, before=before)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
def close(request, account):
    """注销 of an account in force: it is no longer used for refunds."""
    owner = Owner.of(request.user)
    return _close(request, owner, _successor(_in_force(owner, account), Operation.CLOSE))


@require_POST
@for_roles(Role.RESIDENT, Role.CLERK)
def remove(request):
    """删除 (M2-09): take the ticked records out of the draft."""
    chosen = keys.uuids_in(request.POST.getlist("record")[: register.MOST_ACCOUNTS])
    removed = register.remove(Owner.of(request.user), chosen, by=request.user)
    if removed:
        messages.success(request, f"已从本次报告里删除 {removed} 条。")
    if removed < len(set(chosen)):
        messages.warning(request, "已提交的账户不能删除。不再使用的账户请点【注销】。")
    if not chosen:
        messages.warning(request, "请先勾选要删除的账户，再点击【删除】。")
    return redirect("bankreports:report")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.RESIDENT, Role.CLERK)
def check(request):
    """Before 提交: every answer with the whole account number, to be compared with the card digit by digit."""
    owner = Owner.of(request.user)
    draft = register.draft_of(owner)
    records = register.drafted(draft)
    if request.method == "POST":
        try:
            submitted = register.submit(owner, seen=request.POST.get("seen", ""), by=request.user)
        except ReportError as error:
            messages.warning(request, error.message)
            return redirect("bankreports:check" if records else "bankreports:report")
        returning.offer(request)
        usable = submitted.records.exclude(operation=Operation.CLOSE).exists()
        now = "账户现在就可以用于退费" if usable else "注销的账户不再用于退费"
        messages.success(request, f"存款账户账号报告已提交，{now}。")
        return redirect("home")  # M2-11
    if draft is None or not records:
        return redirect("bankreports:report")
    shown = [(record, record.account_number.reveal("the owner's own check page")) for record in records]
    context = {
        "crumbs": THIS_REPORT.here("核对报告"),
        "owner": owner,
        "draft": draft,
        "records": [(record, number, cards.doubts(number, record.bank_class)) for record, number in shown],
        "seen": register.fingerprint(draft),
    }
    return render(request, "bankreports/check.jinja", context)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _record(request, owner, record, initial, before=None):
    """The page of one account: asked, judged, and kept in the draft."""
    others = register.others(owner, record.account)
    form = RecordForm(_posted(request), owner=owner, record=record, others=others, before=before, initial=initial)
    if request.method == "POST" and form.is_valid() and _keep(request, owner, form):
        return go(request, _back(request))
    context = {
        "crumbs": THIS_REPORT.here(f"{record.get_operation_display()}银行账户"),
        "form": form,
        "record": record,
        "owner": owner,
        "branches": Branch.objects.all(),
        "here": request.get_full_path(),
    }
    return show(request, "bankreports/record.jinja", "dialog", context, status=422 if form.errors else 200)


def _close(request, owner, record):
    initial = {"closed_on": record.closed_on or timezone.localdate(), "remark": record.remark}
    form = CloseForm(_posted(request), record=record, initial=initial)
    if request.method == "POST" and form.is_valid() and _keep(request, owner, form):
        return go(request, _back(request))
    here = request.get_full_path()
    context = {"crumbs": THIS_REPORT.here("注销银行账户"), "form": form, "record": record, "here": here}
    return show(request, "bankreports/close.jinja", "dialog", context, status=422 if form.errors else 200)


def _back(request) -> str:
    """To where the record was opened from: the check page, or the report."""
    return "bankreports:check" if request.GET.get("from") == "check" else "bankreports:report"


def _keep(request, owner, form) -> bool:
    record = form.apply()
    try:
        register.keep(owner, record, by=request.user)
    except ReportError as error:
        form.add_error(None, error.message)
        return False
    messages.success(
        request, f"{record.get_operation_display()}的账户已保存到本次报告，还没有提交。填完后请点【提交】。"
    )
    return True


def _heading(draft, user) -> dict:
    if draft is None:
        return {"handler": user.person.name, "reported_on": timezone.localdate()}
    return {"handler": draft.handler, "reported_on": draft.reported_on, "address": draft.address}


def _usual(owner, others) -> dict:
    """What most people would fill in (I-24, I-33, I-40, M1-09)."""
    today = timezone.localdate()
    flags = {flag: not any(getattr(other, flag) for other in others) for flag in FLAGS}
    if not owner.is_unit:
        flags["takes_export_refund"] = False
    return {
        "account_kind": AccountKind.objects.get(pk=USUAL_KIND[owner.is_unit]),
        "issued_on": today,
        "opened_on": today,
        "account_name": owner.name,
        "currency": Currency.CNY,
    } | _marked(flags)


def _said(record) -> dict:
    """A record as the first values of its form."""
    said = {name: getattr(record, name) for name in SHOWN if name not in FLAGS}
    return said | {"division": record.division_id} | _marked({flag: getattr(record, flag) for flag in FLAGS})


def _marked(flags) -> dict:
    return {flag: "1" if marked else "0" for flag, marked in flags.items()}


def _successor(before, operation) -> DepositAccountRecord:
    """A record of the same account that will take its place."""
    record = DepositAccountRecord(account=before.account, operation=operation)
    for name in (*SHOWN, "account_number"):
        setattr(record, name, getattr(before, name))
    record.remark = before.remark if operation == Operation.CHANGE else ""
    return record


def _in_force(owner, account) -> DepositAccountRecord:
    record = register.in_force(owner).filter(account=account).first()
    if record is None:
        raise Http404
    return record


def _drafted(owner, account):
    return next((one for one in register.drafted(register.draft_of(owner)) if one.account == account), None)

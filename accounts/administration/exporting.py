"""The lists of 管理端 as files: streamed, no cell computed by a spreadsheet, and that one was taken is on record before it leaves."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from accounts.administration import hands, places, staff, views
from accounts.guards import SignedIn
from accounts.models import Change, Load, Role, TaxOffice
from accounts.records import renaming
from foundation.excel.streaming import Cell, Rows, book, csv_lines
from foundation.excel.writing import XLSX
from foundation.shortening import shortened

CSV = "text/csv; charset=utf-8"
CHUNK = 500
STAFF = ("姓名", "用户名", "身份", "税务机关或村组", "状态", "验证器", "手上的件", "最近登录")
OFFICES = ("名称", "代码", "上级", "审核人", "由谁审核")
ORGANISATIONS = ("单位名称", "单位社保号", "缴费人税号", "单位类型", "行政区划代码", "税务机关")
LOADS = ("时间", "文件", "SHA-256", "种类", "行", "新增", "更正", "未变", "被拒", "加载人", "提示")
CHANGES = ("时间", "谁", "改了什么", "原来", "现在")
NAMES = ("登记的姓名", "新的姓名", "证件号码", "首次出现", "来自")


@require_POST
@views.for_administrators
def export(request: SignedIn, code: str) -> HttpResponseBase:
    """What the list shows, all pages of it, as Excel or CSV."""
    if code not in LISTS:
        raise Http404
    title, header, rows_of = LISTS[code]
    asked = {name: request.POST.get(name, "").replace("\0", "").strip() for name in ("role", "q", "about")}
    rows, words = rows_of(asked)
    as_csv = request.POST.get("format") == "csv"
    kind = "CSV" if as_csv else "Excel"
    Change.objects.create(by=request.user, what=f"导出{title}", after=shortened(f"{words}，{kind}", 200))
    response: HttpResponseBase
    if as_csv:
        response = StreamingHttpResponse(csv_lines(header, rows), content_type=CSV)
    else:
        response = FileResponse(book(title, header, rows), content_type=XLSX)
    name = f"{title}-{timezone.localdate().isoformat()}.{'csv' if as_csv else 'xlsx'}"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _staff(asked: dict[str, str]) -> tuple[Rows, str]:
    role = Role(asked["role"]).label if asked["role"] in Role else ""
    words = [
        role or ("停用" if asked["role"] == staff.DISABLED else "全部"),
        f"查询“{asked['q']}”" if asked["q"] else "",
    ]
    rows = staff.narrowed(staff.everybody(), asked["role"], asked["q"]).order_by("username")
    return _staff_lines(rows), "，".join(filter(None, words))


def _staff_lines(rows: QuerySet[Any]) -> Iterator[tuple[Cell, ...]]:
    found = _stream(rows)
    while chunk := list(islice(found, CHUNK)):
        cases = hands.counted(chunk)
        for one in chunk:
            place = str(one.office or one.organisation)
            state, bound = ("在用" if one.is_active else "停用"), ("已绑定" if one.bound else "没有绑定")
            who = (one.display_name, one.username, one.get_role_display(), place)
            yield (*who, state, bound, cases[one.pk], one.last_login)


def _offices(_asked: dict[str, str]) -> tuple[Rows, str]:
    rows = _stream(views.offices_with_staff().order_by("code"))
    return ((one.name, one.code, _said(one.parent), one.reviewers, _decides(one)) for one in rows), "全部"


def _decides(one: Any) -> str:
    return _said(one.deciding_office) or ("本级" if one.reviewers else "没有审核人")


def _organisations(asked: dict[str, str]) -> tuple[Rows, str]:
    rows = _stream(places.organisations_like(asked["q"]).order_by("social_number"))
    lines = ((one.name, one.social_number, one.tax_number, one.kind, one.division, one.office.name) for one in rows)
    return lines, f"查询“{asked['q']}”" if asked["q"] else "全部"


def _loads(_asked: dict[str, str]) -> tuple[Rows, str]:
    rows = _stream(Load.objects.defer("rejected").order_by("-ended_at", "-id"))
    lines = (
        (one.ended_at, one.file_name, one.sha256, one.feed, one.read, one.added, one.updated)
        + (one.unchanged, one.refused, one.by, one.notes)
        for one in rows
    )
    return lines, "全部"


def _changes(asked: dict[str, str]) -> tuple[Rows, str]:
    rows = _stream(views.changes_of(asked["about"]))
    lines = ((one.at, one.by.display_name, one.what, one.before, one.after) for one in rows)
    return lines, f"账户 {asked['about']} 的" if asked["about"] else "全部"


def _names(_asked: dict[str, str]) -> tuple[Rows, str]:
    rows = _stream(renaming.waiting())
    lines = ((one.old_name, one.new_name, str(one.person.id_number), one.seen_at, one.seen_in) for one in rows)
    return lines, "全部"


def _stream(rows: QuerySet[Any]) -> Iterator[Any]:
    """From a cursor at the server, inside a transaction, so that nothing is read through beforehand."""
    with transaction.atomic():
        yield from rows.iterator(chunk_size=CHUNK)


def _said(office: TaxOffice | None) -> str:
    return office.name if office else ""


LISTS = {
    "staff": ("工作人员", STAFF, _staff),
    "offices": ("税务机关", OFFICES, _offices),
    "organisations": ("村组(单位)", ORGANISATIONS, _organisations),
    "loads": ("载入", LOADS, _loads),
    "changes": ("更改记录", CHANGES, _changes),
    "names": ("等待核实的姓名变更", NAMES, _names),
}

"""What an auditor may look through. Another trail is one more line in `TRAILS`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.models import Change, PhoneChange, Removal, SignIn, User
from foundation.jinja2 import dash, moment
from handoff.models import WorkItem
from review.models import Disclosure, Export, LookUp, SampledCase
from review.queue.queues import items_seen

# How often somebody did something is counted over so many days, and said of so many people.
LATELY, MOST_COUNTED = 30, 20
# Heads as (label, kind), in the order of the cells.
Columns = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Trail:
    """One tab: its rows, the newest first by `keys`; its columns; what stands in them."""

    code: str
    label: str
    rows: Callable[[User], QuerySet[Any]]
    keys: tuple[str, str]
    columns: Columns
    cells: Callable[[Any], dict[str, Any]]
    nothing: str
    # Whether the page says how often each officer did it lately; of rows that have `by` and `at`.
    counted: bool = False

    def counts(self, auditor: User) -> list[dict[str, Any]]:
        """Who did it how often in the last `LATELY` days, the most first."""
        if not self.counted:
            return []
        since = timezone.now() - timedelta(days=LATELY)
        lately = self.rows(auditor).select_related(None).filter(at__gte=since)
        return list(
            lately.values("by", name=F("by__person__name"), place=F("by__office__name"))
            .annotate(times=Count("id"))
            .order_by("-times", "by")[:MOST_COUNTED]
        )

    def line(self, row: Any) -> dict[str, Any]:
        """The cells of a row as they are shown."""
        return {
            name: moment(cell) if isinstance(cell, datetime) else dash(cell) for name, cell in self.cells(row).items()
        }


def _who(user: Any) -> str:
    return f"{user.display_name}（{user.role_label}）" if user else "--"


def _disclosure(one: Disclosure) -> dict[str, Any]:
    why = "：".join(filter(None, [one.get_purpose_display(), one.words]))
    return {"at": one.at, "who": _who(one.by), "number": one.number, "what": one.what, "why": why}


def _look_up(one: LookUp) -> dict[str, Any]:
    return {"at": one.at, "who": _who(one.by), "what": one.get_kind_display(), "found": str(one.found)}


def _export(one: Export) -> dict[str, Any]:
    rows = "没有下载完" if one.rows is None else f"{one.rows:,}"
    return {
        "at": one.made_at,
        "who": _who(one.by),
        "what": f"{one.get_kind_display()}（{one.get_format_display()}）",
        "words": one.words,
        "rows": rows,
    }


def _sign_in(one: SignIn) -> dict[str, Any]:
    return {
        "at": one.at,
        "who": _who(one.user),
        "username": one.user.username,
        "address": one.address,
        "outcome": one.get_outcome_display(),
    }


def _phone(one: PhoneChange) -> dict[str, Any]:
    return {
        "at": one.at,
        "who": _who(one.by),
        "whose": one.person.name,
        "old": one.old,
        "new": one.new,
        "evidence": one.evidence,
    }


def _change(one: Change) -> dict[str, Any]:
    return {"at": one.at, "who": _who(one.by), "what": one.what, "before": one.before, "after": one.after}


def _removal(one: Removal) -> dict[str, Any]:
    return {"at": one.at, "what": one.what, "kept": f"{one.days:,}" if one.days else "--", "number": f"{one.number:,}"}


def _item(one: WorkItem) -> dict[str, Any]:
    return {
        "at": one.opened_at,
        "what": one.get_kind_display(),
        "number": one.number or one.instruction_id,
        "office": one.office,
        "detail": one.detail,
        "closed": one.closed_at,
        "who": _who(one.closed_by),
        "note": one.note,
    }


def _second_look(one: SampledCase) -> dict[str, Any]:
    return {
        "at": one.seen_at,
        "number": one.number,
        "verdict": one.get_verdict_display(),
        "words": one.words,
        "who": _who(one.seen_by),
    }


def _of(auditor: User, rows: Any, user: str) -> Any:
    """What people of the auditor's own offices did, or clerks of villages that belong to them; with who they are."""
    assert auditor.office is not None, "every officer has one"
    beneath = {
        f"{user}__{place}__path__startswith": auditor.office.path for place in ("office", "organisation__office")
    }
    return _named(rows.filter(Q(*beneath.items(), _connector=Q.OR)), user)


def _in_area(auditor: User, rows: Any) -> Any:
    """Of the rows that keep an office, those of the auditor's own ones."""
    assert auditor.office is not None, "every officer has one"
    return _named(rows.filter(office__path__startswith=auditor.office.path), "by")


def _named(rows: Any, user: str) -> Any:
    return rows.select_related(*(f"{user}__{part}" for part in ("person", "office", "organisation")))


def _second_looks(auditor: User) -> QuerySet[Any]:
    assert auditor.office is not None, "every officer has one"
    mine = SampledCase.objects.filter(seen_at__isnull=False, sample__office__path__startswith=auditor.office.path)
    return _named(mine, "seen_by")


TRAILS = (
    Trail(
        code="disclosures",
        label="显示完整号码",
        rows=lambda auditor: _in_area(auditor, Disclosure.objects.select_related("person")),
        keys=("at", "id"),
        columns={
            "at": ("时间", "date"),
            "who": ("谁", "text"),
            "number": ("申请单号", "date"),
            "what": ("显示了什么", "text"),
            "why": ("用途", "text"),
        },
        cells=_disclosure,
        nothing="还没有人显示过完整号码。",
        counted=True,
    ),
    Trail(
        code="look-ups",
        label="按号码查询",
        rows=lambda auditor: _in_area(auditor, LookUp.objects.all()),
        keys=("at", "id"),
        columns={
            "at": ("时间", "date"),
            "who": ("谁", "text"),
            "what": ("按什么查", "text"),
            "found": ("查到几个", "number"),
        },
        cells=_look_up,
        nothing="还没有人按号码查询过。",
        counted=True,
    ),
    Trail(
        code="exports",
        label="导出",
        rows=lambda auditor: _of(auditor, Export.objects.all(), "by"),
        keys=("made_at", "id"),
        columns={
            "at": ("时间", "date"),
            "who": ("谁", "text"),
            "what": ("内容", "text"),
            "words": ("范围", "text"),
            "rows": ("行数", "number"),
        },
        cells=_export,
        nothing="还没有人导出过。",
    ),
    Trail(
        code="sign-ins",
        label="登录",
        rows=lambda auditor: _of(auditor, SignIn.objects.filter(of_staff=True), "user"),
        keys=("at", "id"),
        columns={
            "at": ("时间", "date"),
            "who": ("谁", "text"),
            "username": ("用户名", "text"),
            "address": ("网络地址", "text"),
            "outcome": ("结果", "text"),
        },
        cells=_sign_in,
        nothing="还没有人登录过。",
    ),
    Trail(
        code="changes",
        label="管理端更改",
        rows=lambda auditor: _of(auditor, Change.objects.all(), "by"),
        keys=("at", "id"),
        columns={
            "at": ("时间", "date"),
            "who": ("谁", "text"),
            "what": ("改了什么", "text"),
            "before": ("原来", "text"),
            "after": ("现在", "text"),
        },
        cells=_change,
        nothing="管理端还没有更改过什么。",
    ),
    Trail(
        code="removals",
        label="按期删除",
        rows=lambda _auditor: Removal.objects.all(),
        keys=("at", "id"),
        columns={
            "at": ("时间", "date"),
            "what": ("删除了什么", "text"),
            "kept": ("保存天数", "number"),
            "number": ("条数", "number"),
        },
        cells=_removal,
        nothing="还没有按期删除过什么。",
    ),
    Trail(
        code="phones",
        label="换手机号",
        rows=lambda auditor: _of(auditor, PhoneChange.objects.select_related("person"), "by"),
        keys=("at", "id"),
        columns={
            "at": ("时间", "date"),
            "who": ("经办", "text"),
            "whose": ("谁的", "text"),
            "old": ("原手机号", "text"),
            "new": ("新手机号", "text"),
            "evidence": ("依据", "text"),
        },
        cells=_phone,
        nothing="窗口还没有换过手机号。",
    ),
    Trail(
        code="items",
        label="移交异常",
        rows=lambda auditor: _named(items_seen(auditor).select_related("office"), "closed_by"),
        keys=("opened_at", "id"),
        columns={
            "at": ("发生时间", "date"),
            "what": ("类型", "text"),
            "number": ("申请单号或指令", "date"),
            "office": ("税务机关", "text"),
            "detail": ("情况", "text"),
            "closed": ("处理时间", "date"),
            "who": ("处理人", "text"),
            "note": ("处理说明", "text"),
        },
        cells=_item,
        nothing="没有发生过移交异常。",
    ),
    Trail(
        code="second-looks",
        label="复查结论",
        rows=_second_looks,
        keys=("seen_at", "id"),
        columns={
            "at": ("时间", "date"),
            "number": ("申请单号", "date"),
            "verdict": ("结论", "text"),
            "words": ("说明", "text"),
            "who": ("复查人", "text"),
        },
        cells=_second_look,
        nothing="还没有复查过抽查的申请。",
    ),
)

"""Parameters: values that are the tax office's decision, with a day from which each holds. Until one was set, that of the settings holds.

Whoever asks says for which day: what is submitted or decided on a day goes by the value of that day, whatever is set later.
"""

import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.conf import settings
from django.db.models.signals import post_save
from django.utils import timezone

from refunds.parameters.models import ParameterValue


@dataclass(frozen=True)
class Parameter:
    """What an administrator may set. `setting` has the value from the beginning; `effect` says what a new one changes."""

    code: str
    label: str
    what: str
    unit: str
    lowest: Decimal
    highest: Decimal
    setting: str
    effect: str
    is_money: bool = False

    def shown(self, value: Decimal) -> str:
        """With its unit."""
        return f"{value:,.2f} {self.unit}" if self.is_money else f"{value:f}".split(".")[0] + f" {self.unit}"


def _whole(
    code: str, label: str, what: str, unit: str, bounds: tuple[int, int], setting: str, effect: str
) -> Parameter:
    return Parameter(code, label, what, unit, Decimal(bounds[0]), Decimal(bounds[1]), setting, effect)


DECLARED = {
    one.code: one
    for one in (
        Parameter(
            "countersign-limit",
            "复核限额",
            "同一人或同一账户未退付的合计超过它，要复核",
            "元",
            Decimal("0.01"),
            Decimal("9999999999.99"),
            "COUNTERSIGN_LIMIT",
            "从那天起作出的决定按新的限额；已在待复核的，仍由复核人办理。",
            is_money=True,
        ),
        _whole(
            "reference-days",
            "参考时限",
            "从提交到决定的工作日",
            "个工作日",
            (1, 250),
            "REFERENCE_WORKING_DAYS",
            "从那天起提交的申请按新的时限；之前提交的，期限不变。",
        ),
        _whole(
            "grace-seconds",
            "撤回宽限",
            "决定后、移交前可以收回",
            "秒",
            (0, 3600),
            "DECISION_GRACE_SECONDS",
            "从那天起作出的决定，过这么久才移交；之前的不变。",
        ),
        _whole(
            "taken-seconds",
            "领取时长",
            "领取一件后别人不能办",
            "秒",
            (60, 28_800),
            "TAKEN_SECONDS",
            "从那天起领取的件按新的时长；之前领取的不变。",
        ),
        *(
            _whole(
                f"{agency}-days",
                f"{title}核验时间",
                "告诉申请人的预计",
                "个工作日",
                (1, 250),
                f"AGENCIES.{agency}.working_days",
                "从那天起移交的，告诉申请人的预计按新的天数。",
            )
            for agency, title in (("hrss", "人社"), ("medical", "医保"))
        ),
        _whole(
            "bank-days",
            "银行退付时间",
            "告诉申请人的预计",
            "个工作日",
            (1, 250),
            "BANK_WORKING_DAYS",
            "从那天起交给银行的，告诉申请人的预计按新的天数。",
        ),
        _whole(
            "question-days",
            "咨询答复时间",
            "从提问到答复的工作日",
            "个工作日",
            (1, 250),
            "QUESTION_WORKING_DAYS",
            "从那天起提出的咨询按新的时间；之前提出的不变。",
        ),
        _whole(
            "export-rows",
            "导出上限",
            "一次导出超过它，要另一人同意",
            "行",
            (1, 1_000_000),
            "EXPORT_ROWS",
            "从那天起，导出更多行的要另一人同意；之前同意的不变。",
        ),
        _whole(
            "agency-down-seconds",
            "对方不可用",
            "连续送不到多久列为移交异常",
            "秒",
            (60, 86_400),
            "AGENCY_DOWN_SECONDS",
            "从那天起，对方这么久没有应答才列为移交异常。",
        ),
        _whole(
            "agency-silent-days",
            "对方没有结果",
            "收下后多少天没有结果列为移交异常",
            "天",
            (1, 365),
            "AGENCY_SILENT_DAYS",
            "从那天起，收下后这么多天没有结果的列为移交异常，包括之前移交的。",
        ),
        _whole(
            "medical-year-month",
            "参保年度起算",
            "这个月起默认为下一年度",
            "月",
            (1, 12),
            "MEDICAL_YEAR_TURNS_IN_MONTH",
            "从那天起，医保退费默认的参保年度按新的月份起算。",
        ),
    )
}


def value(code: str, on: date | None = None) -> Decimal:
    """What holds on that day (default today). No query but once in `PARAMETERS_SECONDS`."""
    day = on or timezone.localdate()
    known = _known(int(time.monotonic() // settings.PARAMETERS_SECONDS)).get(code, ())
    found = next((value for begins, value in known if begins <= day), None)
    return _at_first(DECLARED[code].setting) if found is None else found


def whole(code: str, on: date | None = None) -> int:
    """The same of what is counted in whole days, seconds or months."""
    return int(value(code, on))


def agency_days(agency: str, on: date | None = None) -> int:
    """How many working days an agency usually takes; of one that has no parameter, what the settings say."""
    code = f"{agency}-days"
    return whole(code, on) if code in DECLARED else int(_at_first(f"AGENCIES.{agency}.working_days"))


def _at_first(setting: str) -> Decimal:
    name, *path = setting.split(".")
    found = getattr(settings, name)
    for part in path:
        found = found[part]
    return Decimal(str(found))


@lru_cache(maxsize=1)
def _known(_bucket: int) -> dict[str, list[tuple[date, Decimal]]]:
    """By code, newest first. One query."""
    found: dict[str, list[tuple[date, Decimal]]] = {}
    rows = ParameterValue.objects.filter(cancelled_at=None).order_by("code", "-from_day")
    for code, begins, value in rows.values_list("code", "from_day", "value"):
        found.setdefault(code, []).append((begins, value))
    return found


def forget(**_signal: object) -> None:
    """Read them anew: one has changed."""
    _known.cache_clear()


post_save.connect(forget, sender=ParameterValue)

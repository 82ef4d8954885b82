"""The numbers of the page as lines of a file: weeks, offices, reasons and officers one below the other, under the same heads."""

from collections.abc import Iterator, Sequence

from foundation.excel.streaming import Cell
from review.statistics.figures import Figures, Load, Place, Week

HEADER = (
    "内容", "项目", "险种", "收件", "办结", "通过", "不通过", "撤销", "待审核", "超期", "中位用时（工作日）", "90% 用时（工作日）",
    "申请金额（元）", "通过金额（元）", "退费成功（笔）", "退费成功（元）", "退付失败（笔）", "退付失败（元）", "不通过率", "退付失败率",
    "评价（件）",
)  # fmt: skip


def lines(
    figures: Figures, loads: Sequence[Load], ratings: Sequence[tuple[str, int]] = ()
) -> Iterator[tuple[Cell, ...]]:
    """Every number that the page shows."""
    yield from map(_week, reversed(figures.weeks))
    yield from map(_place, figures.places)
    for label, number in figures.reasons:
        yield _line("不通过原因", label, {"不通过": number})
    for label, number in ratings:
        yield _line("好差评", label, {"评价（件）": number})
    for load in loads:
        yield _line("审核人", load.name, {"办结": load.decided, "通过": load.passed, "不通过": load.rejected})


def _line(part: str, item: str, values: dict[str, Cell]) -> tuple[Cell, ...]:
    said = {"内容": part, "项目": item} | values
    return tuple(said.get(head) for head in HEADER)


def _week(week: Week) -> tuple[Cell, ...]:
    return _line(
        "周",
        week.monday.isoformat(),
        {
            "收件": week.received,
            "办结": week.decided,
            "通过": week.passed,
            "不通过": week.rejected,
            "撤销": week.withdrawn,
            "待审核": week.waiting,
            "超期": week.late,
            "中位用时（工作日）": week.median,
            "90% 用时（工作日）": week.nine_in_ten,
            "申请金额（元）": week.asked,
            "通过金额（元）": week.approved,
            "退费成功（笔）": week.paid.number,
            "退费成功（元）": week.paid.amount,
            "退付失败（笔）": week.failed.number,
            "退付失败（元）": week.failed.amount,
        },
    )


def _place(place: Place) -> tuple[Cell, ...]:
    return _line(
        "机关" if place.own else "机关及下级",
        place.office.name,
        {
            "险种": place.scheme,
            "收件": place.received,
            "办结": place.decided,
            "待审核": place.waiting,
            "超期": place.late,
            "中位用时（工作日）": place.median,
            "不通过率": place.rejected_share,
            "退付失败率": place.failed_share,
        },
    )

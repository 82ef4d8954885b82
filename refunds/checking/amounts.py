"""Whether an amount is what one person could have paid for a year (domain.md B4)."""

from collections.abc import Iterable
from decimal import Decimal

from refunds.checking import Check
from refunds.parameters.models import YearAmount

RULE = "金额合年度标准"


def bounds(scheme: str, years: Iterable[int | None]) -> dict[int, YearAmount]:
    """The row of each year that has one. One query."""
    return {
        row.year: row for row in YearAmount.objects.filter(scheme=scheme, year__in={year for year in years if year})
    }


def check(year: int | None, lowest: Decimal, highest: Decimal, bound: YearAmount | None) -> Check:
    """Of one application, whose people paid between `lowest` and `highest` yuan each."""
    data = "缴费标准表"
    if bound is None:
        return Check("amount", RULE, True, f"标准表里没有 {year or '这个'} 年度的标准，没有比对", data)
    holds = bound.lowest <= lowest and highest <= bound.highest
    said = f"{lowest:,.2f} 元" if lowest == highest else f"{lowest:,.2f} 至 {highest:,.2f} 元"
    unsure = "" if bound.verified else "，标准未核实"
    evidence = f"每人 {said}，{year} 年度标准 {bound.lowest:,.2f} 至 {bound.highest:,.2f} 元{unsure}"
    return Check("amount", RULE, holds, evidence, data, mark="" if holds else "amount")

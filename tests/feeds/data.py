"""Fictional rows for the feeds, and files made of them. Every resident number has the sequence 000 (never issued)."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from foundation.numbers import check_character
from pension.feeds import PaymentFeed

OFFICE = "14209840000"
ORGANISATION = "42098413006"

FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN_NAMES = "秀兰玉梅桂英建国志强海燕春生国庆红霞小龙文静永福长顺大勇"
CHANNELS = ("楚税通", "电子税务局", "办税服务厅")
STATUSES = ("未到账", "已到账", "异常")
FIRST_BIRTH = date(1940, 1, 1)
BIRTHDAYS = 25_000
AREAS = ("420984", "420921", "420703", "420102", "421081", "420583", "429004", "420882")


def resident_number(n: int) -> str:
    """The n-th fictional number; distinct up to 200,000 (areas × birthdays), more with longer area lists."""
    area = AREAS[n // BIRTHDAYS] if n < BIRTHDAYS * len(AREAS) else f"42{(n // BIRTHDAYS) % 10000:04d}"
    first_17 = f"{area}{FIRST_BIRTH + timedelta(days=n % BIRTHDAYS):%Y%m%d}000"
    return first_17 + check_character(first_17)


def person_name(n: int) -> str:
    family = FAMILY_NAMES[n % len(FAMILY_NAMES)]
    return family + "".join(GIVEN_NAMES[(n // step) % len(GIVEN_NAMES)] for step in (7, 191))


def payment(n: int, *, person: int | None = None, **changes: str) -> dict[str, str]:
    """The n-th pension payment, of the n-th person unless another is given; every tenth is of a village."""
    who = n if person is None else person
    year = 2015 + n % 10
    village = n % 10 == 0
    row = {
        "缴费人姓名": person_name(who),
        "证件类型": "201" if n % 2 else "居民身份证",
        "证件号码": resident_number(who),
        "手机号": f"199{who:08d}",
        "个人编号": f"42{who:08d}",
        "缴费类型": "村集体补助" if village else "个人缴费",
        "缴费年度": str(year),
        "缴费月份": "1" if village else "",
        "缴费金额": "200.00" if village else f"{300 + n % 20 * 100}.00",
        "税款所属期起": f"{year}-01-01",
        "税款所属期止": f"{year}-12-31",
        "缴费日期": f"{year}-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
        "缴费渠道": CHANNELS[n % 3],
        "到账状态": STATUSES[n % 3],
        "村组社保号": ORGANISATION if village else "",
        "票证号码": f"342{n:012d}",
        "税务机关代码": OFFICE,
    }
    return {**row, **changes}


def payments(count: int, *, first: int = 0) -> Iterator[dict[str, str]]:
    return (payment(n) for n in range(first, first + count))


def write(
    path: Path, rows: Iterable[dict[str, str]], columns: Iterable[str] = PaymentFeed.columns, *, bom=False
) -> Path:
    """A feed file; UTF-8, with BOM on request."""
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(rows)
    return path


def line(row: dict[str, str]) -> bytes:
    """One row as it stands in a file, to be damaged by hand."""
    out = io.StringIO()
    csv.writer(out).writerow(row.values())
    return out.getvalue().encode()


def read(path: Path) -> list[dict[str, str]]:
    """A rejected file: its rows, with the tabs that protect numbers from Excel taken off."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: value.removeprefix("\t") for key, value in row.items()} for row in csv.DictReader(file)]

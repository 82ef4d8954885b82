"""Loading pension payments: rows a second against a plain COPY of the same rows, and whether memory grows with them.

    python -m benchmarks.feeds [--rows 30000] [--rounds 7]

Runs on an embedded PostgreSQL of its own (`.data/benchmark`, or PORTAL_BENCHMARK_DATA), never on DATABASE_URL, and
prints one JSON line. Ratios are medians of interleaved rounds of one run (with the least and the largest):

- `first`: our load of people and payments that are all new; `again`: the same file once more (nothing changes)
- `copy`: the finished rows of all tables copied into the same tables, with their indexes and foreign keys
- `orm`: a loop that looks up or saves the person and saves the payment, checking nothing
- `growth_mb`: peak resident memory above that before the load, of a process of its own for each size
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.portal import ROOT, empty, peak_kb, prepare

TABLES = ("accounts_person", "pension_collectivepayment", "pension_payment")
ORM_ROWS = 1_000


def begin() -> None:
    """Nobody there, but for the one office and village that the rows name."""
    empty()
    from accounts.models import Organisation, TaxOffice
    from tests.feeds import data

    path = f"/{data.OFFICE}/"
    TaxOffice.objects.create(code=data.OFFICE, name="税务局", division="420984", path=path)
    Organisation.objects.create(social_number=data.ORGANISATION, name="村", division="420984", office_id=data.OFFICE)


def seconds(work, *arguments) -> float:
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def load(file: Path, expect: str) -> None:
    from foundation.feeds import runner
    from pension.feeds import PaymentFeed

    summary = runner.load(PaymentFeed(), file, say=lambda line: None)
    if getattr(summary, expect) != summary.read:
        raise RuntimeError(f"Not all rows were {expect}: {summary}")


def copy_out() -> dict[str, bytes]:
    from django.db import connection

    tables = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                tables[table] = b"".join(copy)
    return tables


def copy_in(tables: dict[str, bytes]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in tables.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)


def orm_loop(rows: list[dict[str, str]]) -> None:
    from django.db import transaction

    from accounts import identity
    from accounts.models import Person
    from foundation import numbers
    from pension.models import ArrivalStatus, CollectivePayment, Payment, PaymentType

    types = {label: value for value, label in PaymentType.choices}
    statuses = {label: value for value, label in ArrivalStatus.choices}
    with transaction.atomic():
        for row in rows:
            number, phone = row["证件号码"], row["手机号"]
            person, _ = Person.objects.get_or_create(
                id_index=identity.id_index("201", number),
                defaults={
                    "name": row["缴费人姓名"],
                    "id_number": number,
                    "phone": phone,
                    "phone_index": numbers.phone_index(phone),
                },
            )
            kind = types[row["缴费类型"]]
            what = {"payment_type": kind, "year": row["缴费年度"], "month": row["缴费月份"] or None}
            when = {"period_start": row["税款所属期起"], "period_end": row["税款所属期止"]}
            organisation, collective = row["村组社保号"] or None, None
            if kind != PaymentType.PERSONAL:
                collective, _ = CollectivePayment.objects.get_or_create(organisation_id=organisation, **what, **when)
            Payment.objects.create(
                ticket_number=row["票证号码"],
                person=person,
                personal_number=row["个人编号"],
                **what,
                **when,
                amount=row["缴费金额"],
                paid_on=row["缴费日期"],
                channel=row["缴费渠道"],
                arrival_status=statuses[row["到账状态"]],
                organisation_id=organisation,
                collective=collective,
                office_id=row["税务机关代码"],
            )


def speed(count: int, rounds: int) -> dict:
    from tests.feeds import data

    rates: dict[str, list[float]] = {"first": [], "again": [], "copy": [], "orm": []}
    with tempfile.TemporaryDirectory() as folder:
        file = data.write(Path(folder) / "feed.csv", data.payments(count))
        for _ in range(rounds):
            begin()
            rates["first"].append(count / seconds(load, file, "added"))
            rates["again"].append(count / seconds(load, file, "unchanged"))
            tables = copy_out()
            begin()
            rates["copy"].append(count / seconds(copy_in, tables))
            begin()
            rates["orm"].append(ORM_ROWS / seconds(orm_loop, list(data.payments(ORM_ROWS))))
    return {
        "rows": count,
        "rounds": rounds,
        "rows_per_second": {name: round(median(values)) for name, values in rates.items()},
        "first_to_copy": spread(rates["first"], rates["copy"]),
        "again_to_copy": spread(rates["again"], rates["copy"]),
        "first_to_orm": spread(rates["first"], rates["orm"]),
    }


def spread(ours: list[float], theirs: list[float]) -> list[float]:
    """Median, least and largest ratio of the rounds."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return [round(value, 3) for value in (median(ratios), min(ratios), max(ratios))]


def growth(count: int) -> float:
    """MB by which the peak memory of a fresh process grows while it loads that many rows, after a small load."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.feeds", "--grow", str(count)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return float(answer.stdout)


def grow(count: int) -> str:
    from tests.feeds import data

    with tempfile.TemporaryDirectory() as folder:
        begin()
        load(data.write(Path(folder) / "warm.csv", data.payments(10_000, first=10**6)), "added")
        file = data.write(Path(folder) / "feed.csv", data.payments(count))
        before = peak_kb()
        load(file, "added")
        return str((peak_kb() - before) / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--grow", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    prepare()
    if options.grow:
        sys.stdout.write(grow(options.grow))
        return
    result = {"benchmark": "feeds", **speed(options.rows, options.rounds)}
    result["growth_mb"] = {str(count): round(growth(count), 1) for count in (100_000, 300_000)}
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

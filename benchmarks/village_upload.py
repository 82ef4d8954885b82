"""A clerk's list of 10,000 people: wall time from the upload to the answer page, and the memory it takes.

    python -m benchmarks.village_upload [--rows 10000] [--rounds 5]

Runs on an embedded PostgreSQL of its own (`.data/benchmark`, or PORTAL_BENCHMARK_DATA), never on DATABASE_URL, and
prints one JSON line. Times are medians, ratios the median, least and largest of interleaved rounds of one run:

- `ours`: POST of an .xlsx (88 of 10,000 lines bad) through every middleware, with the answer page that follows
- `copy`: calamine reads the same file, and COPY puts its rows into a temporary table, with no index or key
- `copy_in`: calamine reads the same file, and COPY puts the finished lines where they belong, with indexes and keys
- `orm`: openpyxl reads the same file; each line is looked up, built as a model, `full_clean()`ed and saved. Its lines
  are timed on the first 1,000 and counted up to all.
- `actions`: each thing a clerk does with all of them in one draft, from the click to the finished answer
- `growth_mb`: by how much the peak memory of a fresh process grows with the upload, after a small one
"""

import argparse
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks import portal
from benchmarks.portal import ROOT, peak_kb

ORM_LINES = 1_000
BAD = 88


def prepare() -> None:
    """The portal, ready for its own test client."""
    portal.prepare()
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def make_village(rows: int):
    """A village anew: its clerk, and a collective payment for `rows` members. Returns (clerk, payment, lines)."""
    from django.db import connection

    from accounts.models import Person
    from pension.models import Payment
    from tests.accounts.factories import OfficeFactory, PersonFactory, UserFactory
    from tests.feeds import data
    from tests.pension.factories import CollectivePaymentFactory, PaymentFactory

    portal.empty()
    clerk = UserFactory(clerk=True, organisation__office=OfficeFactory(), person__number="420984194001010001")
    collective = CollectivePaymentFactory(organisation=clerk.organisation)
    people = [
        PersonFactory.build(number=data.resident_number(n), name=data.person_name(n), phone=None)
        for n in range(1, rows + 1)
    ]
    Person.objects.bulk_create(people, batch_size=2_000)
    common = {"of_village": True, "collective": collective, "office": clerk.organisation.office}
    Payment.objects.bulk_create((PaymentFactory.build(person=p, **common) for p in people), batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    lines = [[p.name, p.id_number.reveal("the list of the benchmark names its people")] for p in people]
    for n, line in enumerate(lines[:: rows // BAD][:BAD]):
        line[n % 2] = "写错" if n % 2 == 0 else line[1][:-1]
    return clerk, collective, lines


class Ours:
    def __init__(self, clerk, collective):
        from django.test import Client

        self.client, self.collective = Client(), collective
        self.client.force_login(clerk)

    def clear(self) -> None:
        from pension.models import PensionRefundLine

        PensionRefundLine.objects.all()._raw_delete("default")

    def send(self, workbook: bytes, ready: int) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("list.xlsx", workbook)
        answer = self.client.post(f"/pension/village/{self.collective.pk}/upload/", {"file": file}, follow=True)
        if f"{ready:,} 可提交" not in answer.content.decode():
            raise RuntimeError(f"The answer is not {ready} lines: {answer.status_code}")


def copy(workbook: bytes) -> None:
    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE upload_copy (name text, number text) ON COMMIT DROP")
        with cursor.copy("COPY upload_copy FROM STDIN") as copying:
            for row in rows:
                copying.write_row(row)


def copy_in(workbook: bytes, finished: list[tuple]) -> None:
    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    columns = "refund_id, payment_id, amount, live, left_out_remark, outcome, outcome_reason"
    statement = f"COPY pension_pensionrefundline ({columns}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copying:
        for row in finished:
            copying.write_row(row)


def orm(workbook: bytes, collective, clerk) -> float:
    """Seconds for all lines, from those of the first ORM_LINES."""
    import openpyxl
    from django.core.exceptions import ValidationError

    from accounts.identity import id_index
    from pension.models import Payment, PensionRefundLine
    from pension.village import drafts

    draft = drafts.open_for(collective, by=clerk)
    started = time.perf_counter()
    sheet = openpyxl.load_workbook(io.BytesIO(workbook)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    reading = time.perf_counter() - started
    started = time.perf_counter()
    for name, number in rows[:ORM_LINES]:
        try:
            payment = Payment.objects.select_related("person").get(
                collective=collective, person__id_index=id_index("201", number)
            )
        except Payment.DoesNotExist:
            continue
        if payment.person.name != name or PensionRefundLine.objects.filter(payment=payment, live=True).exists():
            continue
        line = PensionRefundLine(refund=draft, payment=payment, amount=payment.amount, live=False)
        try:
            line.full_clean()
        except ValidationError:
            continue
        line.save()
    return reading + (time.perf_counter() - started) * len(rows) / min(len(rows), ORM_LINES)


def seconds(work, *arguments) -> float:
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def speed(rows: int, rounds: int) -> dict:
    from pension.village import drafts
    from tests.village import lists

    clerk, collective, lines = make_village(rows)
    workbook = lists.xlsx(lines)
    ours = Ours(clerk, collective)
    times: dict[str, list[float]] = {"ours": [], "copy": [], "copy_in": [], "orm": []}
    ours.send(workbook, rows - BAD)  # warm
    lines = drafts.of_payment(collective).lines.values_list("refund_id", "payment_id", "amount")
    finished = [(*line, False, "", "", "") for line in lines]
    for _ in range(rounds):
        ours.clear()
        times["copy_in"].append(seconds(copy_in, workbook, finished))
        ours.clear()
        times["copy"].append(seconds(copy, workbook))
        times["ours"].append(seconds(ours.send, workbook, rows - BAD))
        ours.clear()
        times["orm"].append(orm(workbook, collective, clerk))
    return {
        "rows": rows,
        "rounds": rounds,
        "seconds": {name: round(median(values), 3) for name, values in times.items()},
        "ours_to_copy": spread(times["ours"], times["copy"]),
        "ours_to_copy_in": spread(times["ours"], times["copy_in"]),
        "orm_to_ours": spread(times["orm"], times["ours"]),
    }


def spread(ours: list[float], theirs: list[float]) -> list[float]:
    """Median, least and largest ratio of the rounds."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return [round(value, 2) for value in (median(ratios), min(ratios), max(ratios))]


class Clerk:
    """Whatever a clerk can press, with everybody of the village in her draft; `times` has the seconds of each."""

    def __init__(self, client, collective):
        self.client, self.base = client, f"/pension/village/{collective.pk}/"
        self.times: dict[str, list[float]] = {}

    def press(self, name: str, address: str, data=None, *, follow=False):
        htmx = {"hx-request": "true", "hx-target": "choice"} if "choose" in address else {}
        call = self.client.get if data is None else self.client.post
        started = time.perf_counter()
        answer = call(address, data or {}, follow=follow, headers=htmx)
        self.times.setdefault(name, []).append(time.perf_counter() - started)
        if answer.status_code != (302 if data is not None and not htmx and not follow else 200):
            raise RuntimeError(f"{name}: {answer.status_code}")
        return answer

    def choose(self, name: str, do: str, **data):
        return self.press(name, f"{self.base}choose/", {"do": do, **data})

    def go_through(self, number: str, name: str, payments: list[int], account: dict) -> None:
        """One round, from an empty draft to an empty draft."""
        self.press("list", "/pension/village/")
        self.press("open", self.base)
        self.choose("search by name", "search-left", left_name=name)
        self.choose("search by end of number", "search-left", left_number=number[-4:])
        self.choose("add 20", "add", payment=payments)
        self.choose("add all", "add-all")
        self.choose("turn to a late page", "turn", right_page="400")
        self.press("open, all chosen", self.base)
        self.choose("remove all", "remove-all")
        self.choose("put back", "put-back")
        self.press("save", f"{self.base}save/", account)
        page = self.press("check page", f"{self.base}check/").content.decode()
        key, seen = (page.split(f'name="{field}" value="')[1].split('"')[0] for field in ("key", "seen"))
        done = self.press(
            "hand in, with the page that follows", f"{self.base}check/", {"key": key, "seen": seen}, follow=True
        )
        batch = done.redirect_chain[-1][0].strip("/").split("/")[-1]
        self.press("progress", "/pension/village/progress/")
        self.press("export", f"/pension/village/progress/{batch}/export/")
        self.press(
            "withdraw, with the page that follows", "/pension/village/progress/withdraw/", {"batch": batch}, follow=True
        )
        self.choose("empty the draft that is left", "remove-all")


def actions(rows: int, rounds: int) -> dict[str, float]:
    """Median seconds of each action."""
    from tests.village.batches import village_account

    clerk, collective, lines = make_village(rows)
    account = {name: getattr(value, "pk", value) for name, value in village_account(collective).items()}
    at_work = Clerk(Ours(clerk, collective).client, collective)
    payments = list(collective.payments.values_list("pk", flat=True)[:20])
    for _ in range(rounds + 1):
        at_work.go_through(lines[1][1], lines[1][0][:1], payments, account)
    return {name: round(median(values[1:] or values), 3) for name, values in at_work.times.items()}


def growth(rows: int) -> float:
    """MB. The village and the file are made here, the upload is measured in a process of its own."""
    from tests.village import lists

    _clerk, _collective, lines = make_village(rows)
    file = workbook_file()
    file.write_bytes(lists.xlsx(lines))
    try:
        command = [sys.executable, "-m", "benchmarks.village_upload", "--grow", str(rows)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
    finally:
        file.unlink()


def grow(rows: int) -> str:
    from accounts.models import User
    from pension.models import CollectivePayment
    from tests.village import lists

    ours = Ours(User.objects.get(role="clerk"), CollectivePayment.objects.get())
    ours.send(lists.xlsx([["x", "1"]] * 100), 0)
    workbook = workbook_file().read_bytes()
    before = peak_kb()
    ours.send(workbook, rows - BAD)
    return str((peak_kb() - before) / 1024)


def workbook_file() -> Path:
    return Path(os.environ["PORTAL_DATA"]) / "village_upload.xlsx"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--grow", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    prepare()
    if options.grow:
        sys.stdout.write(grow(options.grow))
        return
    result = {"benchmark": "village_upload", **speed(options.rows, options.rounds)}
    result["actions"] = actions(options.rows, options.rounds)
    result["growth_mb"] = round(growth(options.rows), 1)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()

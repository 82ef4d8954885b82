"""An officer decides clean cases: 通过 of one after the other, a request for each, and 批量通过 of all of them with one press.

Beside it the rows that a decision leaves, written by bare SQL under the same triggers: a transaction for each case, and one for
all; and a loop that saves one row after the other, as an action of the stock admin does, which hands nothing over and tells nobody.
Everything is taken back after each side, so that all decide the same cases.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from benchmarks.measuring import Sample, Side, Stopwatch

SIZE = 100
AIM = 0.3
RATIOS = {
    "one by one / its rows": ("one", "one_rows"),
    "together / its rows": ("together", "together_rows"),
    "together / one by one": ("together", "one"),
    "together / a loop of save()": ("together", "loop"),
}
REFUND = "pension_pensionrefund"
# What a decision writes, and what counts it.
WRITTEN = (
    REFUND, "pension_pensionrefundevent", "handoff_delivery", "handoff_deliveryevent", "inbox_message", "inbox_sms",
    "procrastinate_events", "procrastinate_jobs", "refunds_tally", "refunds_areatally",
)  # fmt: skip
LEFT = ("handoff_delivery", "inbox_message")
DECIDED = "refund_status, review_status, review_result, decided_by_id, decided_at, reviewed_by_id, moved_on"


@contextmanager
def sides(size: int) -> Iterator[dict[str, Side]]:
    from django.conf import settings
    from django.test import override_settings

    from benchmarks.rows import ground

    storage = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    doors = override_settings(
        ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False, STORAGES={**settings.STORAGES, **storage}
    )
    with doors, ground.kept():
        desk = Desk(size)
        yield {
            "one": partial(desk.measured, desk.one_by_one),
            "together": partial(desk.measured, desk.together),
            "one_rows": partial(desk.measured, desk.rows_one_by_one),
            "together_rows": partial(desk.measured, desk.rows_together),
            "loop": partial(desk.measured, desk.loop),
        }
        desk.one_by_one()


class Desk:
    """An officer with clean cases before her, again and again the same."""

    def __init__(self, size: int):
        from django.db import connection
        from django.test import Client

        self.cursor = connection.cursor()
        office, officer = _office()
        _apply(office, size)
        self.numbers = self._asked(f"SELECT number FROM {REFUND} ORDER BY id")
        self.client = Client()
        self.client.force_login(officer)
        self._keep("before")
        self.one_by_one()
        self._keep("after")
        for table in (*LEFT, "inbox_sms", "procrastinate_jobs"):  # what submitting has left is there
            self.cursor.execute(f"DELETE FROM after_{table} a USING before_{table} b WHERE a.id = b.id")
        self.cursor.execute(
            f"CREATE INDEX ON after_{REFUND} (number); CREATE INDEX ON after_handoff_delivery (number);"
            "CREATE INDEX ON after_inbox_message (number); ALTER TABLE after_procrastinate_jobs ADD number text;"
            "UPDATE after_procrastinate_jobs j SET number = d.number FROM after_handoff_delivery d"
            " WHERE j.args::text LIKE '%' || d.id || '%'; CREATE INDEX ON after_procrastinate_jobs (number)"
        )
        self._restore()

    def measured(self, decide: Any) -> Sample:
        with Stopwatch() as watch:
            decide()
        decided = self._asked(f"SELECT number FROM {REFUND} WHERE review_status = 'completed'")
        if len(decided) != len(self.numbers):
            raise RuntimeError(f"{len(decided)} of {len(self.numbers)} were decided")
        self._restore()
        return watch.sample(len(self.numbers))

    def one_by_one(self) -> None:
        for number in self.numbers:
            self._pressed(f"/review/{number}/approve/", {}, 302)

    def together(self) -> None:
        self._pressed("/review/bulk/pass/", {"number": self.numbers}, 200)

    def rows_one_by_one(self) -> None:
        for number in self.numbers:
            self._write([number])

    def rows_together(self) -> None:
        self._write(self.numbers)

    def loop(self) -> None:
        from django.db import transaction
        from django.utils import timezone

        from pension.models import PensionRefund
        from refunds.states import RefundStatus, ReviewResult, ReviewStatus

        now = timezone.now()
        with transaction.atomic():
            for refund in PensionRefund.objects.filter(number__in=self.numbers):
                values = {"refund_status": RefundStatus.APPROVED, "review_status": ReviewStatus.COMPLETED}
                PensionRefund.objects.filter(pk=refund.pk).update(
                    **values, review_result=ReviewResult.PASSED, decided_at=now
                )

    def _pressed(self, address: str, given: dict[str, Any], right: int) -> None:
        answer = self.client.post(address, given)
        if answer.status_code != right:
            raise RuntimeError(f"Answered {answer.status_code}")

    def _write(self, numbers: list[str]) -> None:
        """The rows that ours left, in one transaction."""
        from django.db import transaction

        decided = ", ".join(f"a.{one.strip()}" for one in DECIDED.split(","))
        with transaction.atomic():
            self.cursor.execute(f"SELECT id FROM {REFUND} WHERE number = ANY(%s) FOR UPDATE", [numbers])
            self.cursor.execute(
                f"UPDATE {REFUND} r SET ({DECIDED}) = ROW({decided}) FROM after_{REFUND} a"
                " WHERE a.id = r.id AND a.number = ANY(%s)",
                [numbers],
            )
            for table in LEFT:
                self.cursor.execute(
                    f"INSERT INTO {table} SELECT * FROM after_{table} WHERE number = ANY(%s)", [numbers]
                )
            self.cursor.execute(
                "INSERT INTO inbox_sms SELECT s.* FROM after_inbox_sms s JOIN after_inbox_message m ON m.id = s.message_id"
                " WHERE m.number = ANY(%s)",
                [numbers],
            )
            self.cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status) SELECT queue_name, task_name,"
                " priority, args, status FROM after_procrastinate_jobs WHERE number = ANY(%s)",
                [numbers],
            )

    def _asked(self, query: str) -> list[str]:
        self.cursor.execute(query)
        return [row[0] for row in self.cursor.fetchall()]

    def _keep(self, name: str) -> None:
        for table in WRITTEN:
            self.cursor.execute(f"CREATE TEMPORARY TABLE {name}_{table} AS TABLE {table}")

    def _restore(self) -> None:
        """Everything as before the decision. No trigger sees it."""
        self.cursor.execute("SET session_replication_role = replica")
        for table in reversed(WRITTEN):
            self.cursor.execute(f"DELETE FROM {table}")
            self.cursor.execute(f"INSERT INTO {table} SELECT * FROM before_{table}")
        self.cursor.execute("SET session_replication_role = DEFAULT")


def _office() -> tuple[Any, Any]:
    from tests.accounts.factories import OfficeFactory, UserFactory

    office = OfficeFactory()
    return office, UserFactory(reviewer=True, office=office)


def _apply(office: Any, size: int) -> None:
    """So many people, each with one clean case, to an account of her own."""
    import uuid

    from foundation.numbers import check_digit
    from pension import applications
    from tests.accounts.factories import UserFactory
    from tests.pension.factories import PaymentFactory, account_of

    for n in range(size):
        user = UserFactory(resident=True)
        payment = PaymentFactory(person=user.person, office=office, amount="300.00")
        digits = f"622848{n:012d}"
        account = account_of(user.person, f"{digits}{check_digit(digits)}")
        applications.apply([payment], account=account, by=user, key=uuid.uuid4())

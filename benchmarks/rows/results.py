"""A file of results is read and applied, results per second: 退付 of what was sent, each line to the end of its application; beside
it the same as messages that come one by one, stored and applied by the same code.

In one process and one thread, without the door: the file is stored, and its messages are, before the clock runs.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from benchmarks.measuring import Sample, Side, Stopwatch

SIZE = 200
AIM = 1.0
RATIOS = {"a file / one by one": ("file", "single")}
AGENCY = "hrss"


@contextmanager
def sides(size: int) -> Iterator[dict[str, Side]]:
    from django.test import override_settings

    from benchmarks.rows import ground

    with override_settings(DECISION_GRACE_SECONDS=24 * 3600, COUNTERSIGN_LIMIT="10000000.00"), ground.kept():
        desk = Desk(size)
        yield {"file": partial(desk.round, desk.file), "single": partial(desk.round, desk.single)}


class Desk:
    """One office that approves, and an agency that has paid."""

    def __init__(self, size: int):
        from tests.conftest import make_cast

        self._size, self._cast = size, make_cast()

    def round(self, prepare) -> Sample:
        """Approved and sent, then told of; every one must have been paid."""
        from pension.models import PensionRefund

        lines = [self._paid() for _ in range(self._size)]
        run = prepare(lines)
        paid = PensionRefund.objects.filter(refund_status="refunded")
        before = paid.count()
        with Stopwatch() as watch:
            run()
        if paid.count() - before != self._size:
            raise RuntimeError(f"{paid.count() - before} of {self._size} were paid")
        return watch.sample(self._size)

    def file(self, lines: list[bytes]):
        """As many lines of a file."""
        from handoff.receiving import files

        stored, _is_new = files.store(AGENCY, uuid.uuid4().hex, b"\n".join(lines))

        def run() -> None:
            while not files.read_on(stored.pk):
                pass

        return run

    def single(self, lines: list[bytes]):
        """As many messages."""
        from handoff import deliveries
        from handoff.models import Callback
        from handoff.wire import messages

        said = [messages.read(messages.parse(line)) for line in lines]
        rows = [Callback.objects.create(agency=AGENCY, message_id=uuid.uuid4().hex, **fields) for fields in said]

        def run() -> None:
            for row in rows:
                deliveries.apply(row.pk)

        return run

    def _paid(self) -> bytes:
        from django.utils import timezone

        from refunds import actions
        from tests.pension.factories import submitted
        from tests.reports import has_left

        refund = submitted(self._cast.resident, office=self._cast.county)
        refund = actions.approve(refund.number, by=self._cast.reviewer)
        has_left(refund.instruction_id)
        said = {"event": "paid", "instruction_id": refund.instruction_id, "sequence": 2, "amount": str(refund.amount)}
        said |= {"occurred_at": timezone.now().isoformat(), "paid_on": timezone.localdate().isoformat(), "lines": []}
        return json.dumps(said).encode()

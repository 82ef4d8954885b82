"""Fills a portal's database with a province of any size: people, payments, applications of both schemes in every state, history.

    python -m benchmarks.generate --applications 100000 [--database postgresql://…] [--seed 1] [--as-of 2026-11-20]

Without --database it is the embedded one of the benchmarks. The same seed gives the same rows, but for what chance puts into real
ciphertext. The database must be migrated (or empty: then it is) and have nobody in it. Officers sign in as shenhe420984-1 and
fuhe420900-1, the auditor as shenji, the first clerk as cunzu000001 and the first twenty residents as jumin00000001 …, with the
password of the demo; those residents have real numbers (`benchmarks.province.residents.known`).
"""

import argparse
import gc
import sys
import time
from datetime import UTC, date, datetime, timedelta

from benchmarks.portal import prepare

AS_OF = date(2026, 11, 20)
YEARS = 2
BATCH_EVERY = 40  # applications


class NotEmpty(Exception):
    """Somebody lives there already."""


def fill(applications: int, *, seed: int = 1, as_of: date = AS_OF) -> dict[str, int]:
    """The rows of each table, once everything is in. Raises NotEmpty."""
    from random import Random

    from accounts.models import Person
    from benchmarks.province.applications import Residents
    from benchmarks.province.indexes import without_indexes
    from benchmarks.province.streams import Streams
    from benchmarks.province.villages import Villages
    from benchmarks.province.world import World

    if Person.objects.exists():
        raise NotEmpty("There are people in this database; a province is made in one that has nobody.")
    end = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    with without_indexes(models()), Streams(models()) as tables:
        start = (end - timedelta(days=365 * YEARS)).timestamp()
        world = World(Random(seed), tables, applications, start, end.timestamp())
        residents, villages = Residents(world), Villages(world)
        while not world.is_full:
            if world.made >= BATCH_EVERY * villages.count:
                villages.next()
            else:
                residents.next()
        return tables.counts


def models() -> list:
    """Every table that is filled."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from accounts.models import Organisation, Person, TaxOffice, User
    from handoff.models import Callback, Delivery, WorkItem
    from inbox.models import Message
    from medical.models import Enrolment, MedicalRefund
    from medical.models import Payment as MedicalPayment
    from pension.models import CollectivePayment, PensionRefund, PensionRefundLine
    from pension.models import Payment as PensionPayment

    tracked = [PensionRefund, MedicalRefund, Delivery, WorkItem]
    return [
        *(TaxOffice, Organisation, Person, User, CollectivePayment, PensionPayment, PensionRefundLine),
        *(Enrolment, MedicalPayment, Callback, Message, ProcrastinateJob),
        *tracked,
        *(model.events.rel.related_model for model in tracked),
    ]


def tidy(applications: int) -> None:
    """What is counted goes on where the rows end; statistics and visibility are those of a database that has lived."""
    from django.core.management.color import no_style
    from django.db import connection

    from refunds.models import Tally
    from refunds.numbering import SEQUENCE
    from refunds.tallies.folding import recount

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models()):
            cursor.execute(statement)
        cursor.execute("SELECT setval(%s, %s)", [SEQUENCE, applications])
    recount()
    with connection.cursor() as cursor:
        for model in (*models(), Tally):
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, default=10_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF)
    options = parser.parse_args()
    prepare(options.database)
    gc.freeze()  # what is loaded stays, and need not be looked through again and again
    started = time.perf_counter()
    counts = fill(options.applications, seed=options.seed, as_of=options.as_of)
    filled = time.perf_counter() - started
    tidy(options.applications)
    for table, count in counts.items():
        sys.stdout.write(f"{table:40} {count:>12,} rows {count / filled:>10,.0f}/s\n")
    total, whole = sum(counts.values()), time.perf_counter() - started
    sys.stdout.write(
        f"{'all':40} {total:>12,} rows {total / filled:>10,.0f}/s, {filled:.0f} s; vacuumed {whole:.0f} s\n"
    )


if __name__ == "__main__":
    main()

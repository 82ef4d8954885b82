"""Every day of history is sealed upon the day before, and what is changed behind the database's back is found and named (I8)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from structlog.testing import capture_logs

from pension.models import PensionRefund
from refunds.sealing import chain, migrated
from refunds.sealing.models import Seal
from refunds_portal import tasks
from tests.pension.factories import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_on_purpose]
TABLE = "pension_pensionrefundevent"
TODAY = timezone.localdate()


def do(sql: str) -> None:
    """As somebody who may do anything: no trigger is asked."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def happened(days_ago: int, *refunds) -> None:
    """Their history was written so many days ago."""
    for refund in refunds:
        do(f"UPDATE {TABLE} SET pgh_created_at = now() - interval '{days_ago} days' WHERE pgh_obj_id = '{refund.pk}'")


def seal(on=TODAY):
    """As if that were today."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda *_: on)
        chain.seal_closed_days()


def seals() -> list[Seal]:
    return list(Seal.objects.filter(history=TABLE).order_by("day"))


@pytest.fixture
def three_days(cast):
    """Two, one and three rows on the last three days; all of them sealed, one night after the other."""
    for days_ago, count in ((3, 2), (2, 1), (1, 3)):
        for _ in range(count):
            happened(days_ago, submitted(cast.resident, office=cast.county))
        seal(TODAY - timedelta(days_ago - 1))
    assert chain.broken() == []
    return seals()


def test_every_closed_day_has_one_seal_for_each_history(three_days):
    assert [(one.day, one.rows) for one in three_days] == [
        (TODAY - timedelta(3), 2), (TODAY - timedelta(2), 1), (TODAY - timedelta(1), 3),
    ]  # fmt: skip
    tables = {history.table for history in chain.histories()}
    assert {
        TABLE,
        "medical_medicalrefundevent",
        "handoff_deliveryevent",
        "handoff_workitemevent",
        "review_disclosure",
    } <= tables
    assert set(Seal.objects.filter(day=TODAY - timedelta(1)).values_list("history", flat=True)) == tables


def test_sealing_again_changes_nothing_and_today_is_not_sealed(cast, three_days):
    submitted(cast.resident, office=cast.county)
    seal()
    assert seals() == three_days


def test_nights_that_were_missed_are_made_up_for_day_by_day(cast, three_days):
    happened(1, submitted(cast.resident, office=cast.county))
    seal(TODAY + timedelta(3))
    assert [one.rows for one in seals()[3:]] == [1, 0, 0]  # what came late belongs to the next day
    assert chain.broken() == []


TAMPERING = {
    "a state": "UPDATE {table} SET refund_status = 'refunded' WHERE pgh_id = {id}",
    "who did it": "UPDATE {table} SET pgh_context = jsonb_set(pgh_context, '{{name}}', '\"somebody\"') WHERE pgh_id = {id}",
    "when": "UPDATE {table} SET pgh_created_at = pgh_created_at + interval '1 second' WHERE pgh_id = {id}",
    "taken away": "DELETE FROM {table} WHERE pgh_id = {id}",
    "the seal": "UPDATE refunds_seal SET rows = rows + 1 WHERE id = {seal}",
    "the seal and its chain": "UPDATE refunds_seal SET chain = sha256('x') WHERE id = {seal}",
    "the seal away": "DELETE FROM refunds_seal WHERE id = {seal}",
}


@pytest.mark.parametrize("sql", TAMPERING.values(), ids=TAMPERING)
def test_what_was_changed_is_named_by_day_and_table(three_days, sql, capsys):
    _first, second, third = three_days
    do(sql.format(table=TABLE, id=second.last_id, seal=second.pk))
    day = third.day if "DELETE FROM refunds_seal" in sql else second.day
    with pytest.raises(CommandError):
        call_command("check_invariants")
    assert f"I8 history: history stands as it was when its day was sealed: {TABLE} {day} " in capsys.readouterr().out
    with capture_logs() as logs:
        tasks.check_invariants(0)
    assert any(f"{TABLE} {day}" in str(line.get("numbers")) for line in logs)


def test_two_rows_that_changed_places_are_found(three_days):
    first = three_days[0]
    a, b = first.last_id - 1, first.last_id
    do(f"UPDATE {TABLE} SET pgh_id = -1 WHERE pgh_id = {a}")
    do(f"UPDATE {TABLE} SET pgh_id = {a} WHERE pgh_id = {b}")
    do(f"UPDATE {TABLE} SET pgh_id = {b} WHERE pgh_id = -1")
    assert chain.broken() == [f"{TABLE} {first.day} rows were changed"]


def test_rows_that_are_loaded_late_with_an_old_time_break_nothing(cast, three_days):
    happened(3, submitted(cast.resident, office=cast.county))
    assert chain.broken() == []
    seal(TODAY + timedelta(1))
    assert [one.rows for one in seals()] == [2, 1, 3, 1]
    assert chain.broken(whole=True) == []


def test_a_column_that_is_added_later_breaks_nothing(three_days):
    do(f"ALTER TABLE {TABLE} ADD COLUMN later text DEFAULT 'x'")
    assert chain.broken() == []


def without(monkeypatch, column, *, now=()):
    """As a migration leaves the models."""
    known = chain.histories()
    changed = [
        replace(one, columns=tuple(sorted({*one.columns, *now} - {column}))) for one in known if one.table == TABLE
    ]
    monkeypatch.setattr(chain, "histories", lambda: changed + [one for one in known if one.table != TABLE])


def test_a_column_that_goes_without_a_word_is_named(three_days, monkeypatch):
    without(monkeypatch, "amount")
    said = f"{TABLE} {three_days[0].day} cannot be looked at: sealed with amount, which no migration is known to have"
    assert any(line.startswith(said) for line in chain.broken())


def test_a_column_that_a_migration_renames_is_looked_at_under_its_new_name(three_days, monkeypatch):
    do(f"ALTER TABLE {TABLE} RENAME COLUMN amount TO yuan")
    without(monkeypatch, "amount", now=["yuan"])
    monkeypatch.setitem(migrated.RENAMED, TABLE, {"amount": "yuan"})
    assert chain.broken() == []
    do(f"UPDATE {TABLE} SET yuan = yuan + 1 WHERE pgh_id = {three_days[1].last_id}")
    assert chain.broken() == [f"{TABLE} {three_days[1].day} rows were changed"]


def test_of_a_column_that_a_migration_removes_the_rows_are_still_counted(three_days, monkeypatch):
    do(f"ALTER TABLE {TABLE} DROP COLUMN amount CASCADE")
    without(monkeypatch, "amount")
    monkeypatch.setitem(migrated.REMOVED, TABLE, frozenset({"amount"}))
    assert chain.broken() == []
    do(f"DELETE FROM {TABLE} WHERE pgh_id = {three_days[1].last_id}")
    assert chain.broken() == [f"{TABLE} {three_days[1].day} has 0 rows, 1 were sealed"]


def test_every_night_looks_at_the_newest_days_and_the_option_at_all(cast, monkeypatch):
    happened(30, submitted(cast.resident, office=cast.county))
    seal(TODAY - timedelta(29))
    seal()
    oldest = seals()[0]
    assert len(seals()) == 30
    do(TAMPERING["who did it"].format(table=TABLE, id=oldest.last_id))
    assert chain.broken() == []
    call_command("check_invariants")
    assert chain.broken(whole=True) == [f"{TABLE} {oldest.day} rows were changed"]
    with pytest.raises(CommandError):
        call_command("check_invariants", whole_history=True)


def test_that_nothing_was_sealed_for_days_is_said(three_days):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda *_: TODAY + timedelta(4))
        assert f"{TABLE} {three_days[-1].day} is the last day that was sealed" in chain.broken()


def test_a_long_day_is_sealed_in_pieces_and_comes_out_the_same_every_time(three_days, monkeypatch):
    assert chain._digest(TABLE, "pgh_id", ("amount",), 0, 10**9) == chain._digest(
        TABLE, "pgh_id", ("amount",), 0, 10**9
    )
    monkeypatch.setattr(chain, "PIECE", 2)
    do(f"UPDATE {TABLE} SET attempt = 9 WHERE pgh_id = {three_days[2].last_id}")
    assert f"{TABLE} {three_days[2].day} rows were changed" in chain.broken()


def test_a_history_that_a_feed_holds_keeps_none_of_the_others_open_and_is_sealed_later(cast):
    happened(1, submitted(cast.resident, office=cast.county))
    feed = connection.copy()
    feed.set_autocommit(False)
    feed.cursor().execute("SET lock_timeout = '5s'")
    feed.cursor().execute(f"LOCK TABLE {TABLE} IN ROW EXCLUSIVE MODE")
    with pytest.raises(ExceptionGroup, match="lock timeout"):
        seal()
    feed.rollback()
    feed.close()
    tables = {history.table for history in chain.histories()}
    assert set(Seal.objects.values_list("history", flat=True)) == tables - {TABLE}
    seal()
    assert [one.rows for one in seals()] == [1]
    assert chain.broken() == []


@pytest.mark.parametrize("sql", ["UPDATE refunds_seal SET rows = 0", "DELETE FROM refunds_seal"])
def test_the_database_refuses_to_change_or_remove_a_seal(three_days, sql):
    with pytest.raises(DatabaseError, match="Cannot (update|delete)"), transaction.atomic():
        connection.cursor().execute(sql)


def test_each_seal_leaves_its_line_outside_the_database(cast):
    happened(1, submitted(cast.resident, office=cast.county))
    with capture_logs() as logs:
        tasks.seal_history(0)
    line = next(line for line in logs if line.get("history") == TABLE)
    assert (line["event"], line["rows"], line["chain"]) == ("history_sealed", 1, f"sha256{seals()[0].chain.hex()}")
    assert PensionRefund.objects.exists()

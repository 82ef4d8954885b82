"""Each load is on record, and a trial says what would change and changes nothing."""

import hashlib

import pytest
from django.db import connection

from accounts.models import Load, NameChange, Person
from pension.models import Payment
from tests.feeds import data
from tests.feeds.conftest import rejected


@pytest.fixture
def load(run, places):
    return lambda path, *options: run("load_payments", "pension", path, *options)


def test_a_load_is_on_record_with_its_file_its_counts_and_its_refused_rows(load, tmp_path):
    path = data.write(tmp_path / "七月.csv", [data.payment(25_001), data.payment(25_002, 缴费金额="0")])
    load(path, "--by", "王管理")
    record = Load.objects.get()
    assert (record.feed, record.file_name, record.by) == ("养老缴费", "七月.csv", "王管理")
    assert record.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (record.read, record.added, record.updated, record.unchanged, record.refused) == (2, 1, 0, 0, 1)
    assert record.rejected.reveal("in a test") == rejected(path).read_text("utf-8-sig")
    assert data.resident_number(25_002) not in str(record.rejected)
    assert record.started_at <= record.ended_at


def test_who_loaded_is_the_user_of_the_machine_where_nobody_is_named(load, tmp_path):
    load(data.write(tmp_path / "a.csv", [data.payment(25_001)]))
    assert Load.objects.get().by
    assert Load.objects.get().rejected is None


def test_a_trial_says_what_would_change_and_changes_nothing(load, tmp_path):
    load(data.write(tmp_path / "a.csv", [data.payment(25_001), data.payment(25_002)]))
    rows = [
        data.payment(25_001, 缴费渠道="邮局"),
        data.payment(25_002, 缴费人姓名="别的人"),
        data.payment(25_003),
        data.payment(25_004, 缴费金额="0"),
    ]
    path = data.write(tmp_path / "b.csv", rows)
    said = load(path, "--dry-run")
    assert "试运行，没有写入：共 4 行，新增 1，更新 1，未变 0，拒绝 2" in said
    assert (Payment.objects.count(), Person.objects.count(), Load.objects.count()) == (2, 2, 1)
    assert not NameChange.objects.exists()
    assert not rejected(path).exists()
    assert "共 4 行，新增 1，更新 1，未变 0，拒绝 2" in load(path)


def test_a_trial_leaves_no_rejected_file_of_an_earlier_load_changed(load, tmp_path):
    path = data.write(tmp_path / "a.csv", [data.payment(25_001, 缴费金额="0")])
    load(path)
    before = rejected(path).read_bytes()
    load(path, "--dry-run")
    assert rejected(path).read_bytes() == before


@pytest.mark.breaks_on_purpose
def test_a_record_is_never_changed_or_removed(load, tmp_path):
    load(data.write(tmp_path / "a.csv", [data.payment(25_001)]))
    with pytest.raises(Exception, match="Cannot delete"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_load")

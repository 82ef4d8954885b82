"""删除 (M2-09): takes records out of the draft, and nothing else."""

import uuid

import pytest

from bankreports.models import DepositAccountRecord
from tests.bankreports.factories import OTHER_ACCOUNT, drafted, in_draft, in_force, reported, typed
from tests.bankreports.reading import REMOVE, URL, change_url, rows
from tests.pages import text

pytestmark = pytest.mark.django_db


def remove(client, *records):
    return text(client.post(REMOVE, {"record": [getattr(record, "pk", record) for record in records]}, follow=True))


def test_ticked_records_leave_the_draft_and_the_others_stay(client, resident):
    first, second, third = (drafted(resident, f"9559900000000{n:04d}") for n in range(3))
    assert "已从本次报告里删除 2 条" in remove(client, first, third)
    assert in_draft(resident) == [second]


def test_without_a_tick_it_says_what_to_do(client, resident):
    drafted(resident)
    assert "请先勾选要删除的账户，再点击【删除】" in remove(client)
    assert len(in_draft(resident)) == 1


def test_an_account_in_force_is_closed_and_not_deleted(client, resident):
    account = reported(resident)
    assert "已提交的账户不能删除。不再使用的账户请点【注销】" in remove(client, account)
    assert in_force(resident) == [account]


def test_a_draft_beside_an_account_in_force_does_not_make_it_deletable(client, resident):
    account, draft = reported(resident), drafted(resident, OTHER_ACCOUNT)
    words = remove(client, account, draft)
    assert "已从本次报告里删除 1 条" in words
    assert "已提交的账户不能删除" in words
    assert (in_draft(resident), in_force(resident)) == ([], [account])


def test_deleting_a_change_leaves_the_account_as_it_was(client, resident):
    account = reported(resident)
    client.post(change_url(account), typed(resident, "", changed_on="2026-02-01", remark="换卡"))
    remove(client, *in_draft(resident))
    assert [row["操作类型"] for row in rows(client)] == ["新增 已提交，退费可用"]
    assert rows(client)[0]["备注"] == "--"


def test_what_others_have_in_their_drafts_cannot_be_deleted(client, resident, cast):
    foreign = [drafted(cast.stranger), drafted(cast.clerk)]
    drafted(resident, OTHER_ACCOUNT)
    remove(client, *foreign)
    assert DepositAccountRecord.objects.filter(pk__in=[record.pk for record in foreign]).count() == 2


def test_what_nobody_has_cannot_be_deleted_either(client, resident):
    drafted(resident)
    for nonsense in ("", "abc", "\0", "1", uuid.uuid4(), "9" * 10_000, "' OR 1=1"):
        assert "删除 1 条" not in remove(client, nonsense)
    assert len(in_draft(resident)) == 1


def test_deleting_without_a_draft_is_harmless(client, resident):
    assert "已提交的账户不能删除" in remove(client, uuid.uuid4())


def test_deleting_twice_is_harmless(client, resident):
    record = drafted(resident)
    remove(client, record)
    assert "已从本次报告里删除" not in remove(client, record)


def test_looking_at_the_address_deletes_nothing(client, resident):
    record = drafted(resident)
    assert client.get(REMOVE, {"record": record.pk}).status_code == 405
    assert in_draft(resident) == [record]


def test_a_clerk_may_delete_what_a_fellow_clerk_added(client, clerk, fellow_clerk):
    record = drafted(fellow_clerk)
    remove(client, record)
    assert in_draft(clerk) == []
    assert client.get(URL).status_code == 200

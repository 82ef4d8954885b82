"""Code tables of 管理端: added to, switched on and off, each change on record; what was used is neither deleted nor rewritten."""

import pytest
from django.urls import reverse

from accounts.administration import tables
from accounts.models import Change
from refunds.models import CalendarDay, RejectReason, YearAmount
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    client.force_login(user)
    return user


@pytest.mark.parametrize("code", list(tables._tables))
def test_each_opens_with_its_rows_and_its_forms(client, administrator, code):
    page = client.get(reverse("administration:table", args=[code]))
    assert page.status_code == 200
    table = tables._tables[code]
    assert table.label in page.text
    new = client.get(reverse("administration:table-new", args=[code]))
    assert (new.status_code == 200) is bool(table.added)
    row = table.rows().first()
    if row is not None:
        answer = client.get(reverse("administration:table-row", args=[code, row.pk]))
        assert (answer.status_code == 200) is bool(table.changed)


def test_a_reason_is_added_and_switched_off_and_those_of_the_system_are_not_offered(client, administrator):
    typed = {"code": "moved", "label": "已迁出", "next_step": "请到迁入地办理。", "position": "50"}
    client.post(reverse("administration:table-new", args=["reject-reasons"]), typed)
    assert RejectReason.objects.get(code="moved").active
    client.post(reverse("administration:table-row", args=["reject-reasons", "moved"]), {"position": "50"})
    assert not RejectReason.objects.get(code="moved").active
    said = list(Change.objects.order_by("id").values_list("what", "before", "after"))
    assert said[0][0] == "不通过原因 新增 已迁出"
    assert said[1] == ("不通过原因 已迁出", "在用 是，次序 50", "在用 否，次序 50")
    assert "移交已撤回" not in client.get(reverse("administration:table", args=["reject-reasons"])).text
    assert client.get(reverse("administration:table-row", args=["reject-reasons", "recalled"])).status_code == 404


@pytest.mark.parametrize(
    ("code", "typed", "sentence"),
    [
        ("reject-reasons", {"code": "other", "label": "x", "next_step": "y", "position": "1"}, "已存在"),
        ("year-amounts", {"scheme": "pension", "year": "2030", "lowest": "9", "highest": "1"}, "不高于最高"),
        ("year-amounts", {"scheme": "nonsense", "year": "1e9", "lowest": "x", "highest": ""}, "请填写最高"),
        ("calendar", {"day": "2030-02-31", "name": "\0"}, "日期的写法不对"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_added(client, administrator, code, typed, sentence):
    before = (RejectReason.objects.count(), YearAmount.objects.count(), CalendarDay.objects.count())
    page = client.post(reverse("administration:table-new", args=[code]), typed)
    assert page.status_code == 422
    assert sentence in page.text
    assert (RejectReason.objects.count(), YearAmount.objects.count(), CalendarDay.objects.count()) == before


@pytest.mark.parametrize("key", ["nonsense", "9" * 40, "\0"])
def test_no_row_is_found_by_nonsense(client, administrator, key):
    for code in ("year-amounts", "calendar", "banks"):
        assert client.get(reverse("administration:table-row", args=[code, key])).status_code == 404


def test_the_auditor_reads_what_administrators_changed(client, administrator, cast):
    typed = {"day": "2030-10-08", "name": "国庆节调休", "works": "on"}
    client.post(reverse("administration:table-new", args=["calendar"]), typed)
    client.force_login(cast.auditor)
    page = client.get(reverse("review:audit", args=["changes"])).text
    assert ("工作日历 新增 2030-10-08 国庆节调休" in page) is (cast.auditor.office_id == cast.province.pk)

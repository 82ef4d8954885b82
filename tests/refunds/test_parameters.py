"""Parameters hold from a day on: what is submitted or decided on a day goes by the value of that day."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Change
from refunds import actions
from refunds.models import ParameterValue
from refunds.parameters import values
from refunds.parameters.calendar import deadline
from tests.accounts.factories import UserFactory
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
LIMIT = "countersign-limit"


@pytest.fixture(autouse=True)
def _anew():
    values.forget()
    yield
    values.forget()


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    client.force_login(user)
    return user


def day(offset: int):
    return timezone.localdate() + timedelta(days=offset)


def holds(code: str, value: str, since: int, by) -> ParameterValue:
    """As a value that was set long ago."""
    row = {"code": code, "value": Decimal(value), "from_day": day(since), "basis": "会议纪要", "set_by": by}
    return ParameterValue.objects.create(**row)


def typed(value="20000.00", offset=1, basis="鄂税函〔2026〕88 号", **more):
    return {"value": value, "from_day": day(offset).isoformat(), "basis": basis} | more


def press(client, code=LIMIT, **said):
    return client.post(reverse("parameters:parameter", args=[code]), typed(**said), follow=True)


def test_a_new_value_is_looked_at_saved_from_its_day_and_on_record(client, administrator, settings):
    settings.COUNTERSIGN_LIMIT = "10000.00"
    page = press(client)
    assert "按最近 30 天提交的申请，单笔超过限额的由 0 件变为 0 件" in page.text
    assert not ParameterValue.objects.exists()
    seen = f"20000.00 {day(1).isoformat()}"
    assert "按最近 30 天" in press(client, value="30000.00", seen=seen).text  # others than were looked at
    assert "从" in press(client, seen=seen).text
    assert (values.value(LIMIT), values.value(LIMIT, day(1))) == (Decimal("10000.00"), Decimal("20000.00"))
    done = Change.objects.get()
    assert (done.by, done.before, done.after) == (administrator, "10,000.00 元", "20,000.00 元")
    assert "已经定过" in press(client, seen=seen).text
    page = client.get(reverse("parameters:parameters")).text
    assert f"20,000.00 元，{day(1).isoformat()} 起" in page
    assert "部署时的设置" in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"offset": 0}, "最早从明天起"),
        ({"value": "0"}, "应在"),
        ({"value": "1" * 31}, "数字太长"),
        ({"value": "NaN"}, "请输入数字"),
        ({"value": "1e400000"}, "请核对"),
        ({"value": "\0"}, "请输入数字"),
        ({"basis": " "}, "请写明依据"),
        ({"code": "reference-days", "value": "1.5"}, "应为整数"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_set(client, administrator, said, sentence):
    page = press(client, **said)
    assert page.status_code == 422
    assert sentence in page.text
    assert not ParameterValue.objects.exists()


def test_what_comes_can_be_cancelled_and_what_holds_cannot(client, administrator, settings):
    settings.COUNTERSIGN_LIMIT = "10000.00"
    now, coming = holds(LIMIT, "500.00", -5, administrator), holds(LIMIT, "900.00", 5, administrator)
    for row in (now, coming, coming):
        client.post(reverse("parameters:cancel", args=[LIMIT]), {"value": row.pk})
    assert values.value(LIMIT, day(9)) == Decimal("500.00")
    page = client.get(reverse("parameters:parameter", args=[LIMIT])).text
    assert "已取消" in page
    assert Change.objects.get().after == "已取消"


def test_a_decision_goes_by_the_limit_of_its_day(cast, administrator, settings):
    settings.COUNTERSIGN_LIMIT = "10000.00"
    refund = submitted(cast.resident, office=cast.county)
    holds(LIMIT, "0.01", 1, administrator)
    assert actions.approve(refund.number, by=cast.reviewer).refund_status == "approved"
    other = submitted(UserFactory(resident=True), office=cast.county)
    holds(LIMIT, "0.01", 0, administrator)
    assert actions.approve(other.number, by=cast.reviewer).review_status == "countersign"


def test_what_was_submitted_before_keeps_its_deadline(administrator, settings):
    settings.REFERENCE_WORKING_DAYS = 30
    before = deadline(timezone.now() - timedelta(days=1)).day
    holds("reference-days", "5", 0, administrator)
    assert deadline(timezone.now() - timedelta(days=1)).day == before
    assert deadline().day < before


def test_it_is_read_once_however_often_it_is_asked(administrator):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for code in values.DECLARED:
            values.value(code)
            values.value(code, day(-400))
    assert len(asked) == 1


def test_nobody_else_sets_one(client, cast):
    for user in (cast.reviewer, cast.countersigner, cast.resident):
        client.force_login(user)
        assert press(client).status_code == 403

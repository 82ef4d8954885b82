"""Whatever a transactional test leaves behind, the next one finds what the migrations left (tests/database.py)."""

import pytest
from django.contrib.contenttypes.models import ContentType

from accounts.models import User
from bankreports.models import Bank
from refunds.models import RejectReason
from tests import database
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def found() -> tuple:
    return (
        list(Bank.objects.order_by("pk").values_list()),
        list(RejectReason.objects.order_by("pk").values_list()),
        list(ContentType.objects.order_by("pk").values_list()),
        User.objects.count(),
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: RejectReason.objects.all().delete(),
        lambda: Bank.objects.update(name="别的银行"),
        lambda: ContentType.objects.create(app_label="nowhere", model="nothing"),
        lambda: None,
    ],
    ids=["gone", "changed", "one more", "untouched"],
)
def test_what_the_migrations_put_in_is_put_back_and_the_rest_is_gone(spoil):
    before = found()
    assert all(before[:-1])
    assert before[-1] == 0
    UserFactory()
    spoil()
    assert found() != before
    database.restore()
    assert found() == before

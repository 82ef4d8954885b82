"""A page about a fault says whether what was sent is saved, and nothing that is not certain; it is as large as any other."""

import pytest
from django.db import transaction

from accounts.models import User
from foundation.postgres.base import READS
from pension.models import PensionRefund
from refunds import applying
from tests.pages import find, text, tree
from tests.pension.factories import submitted

UNCERTAIN = "刚才这一步有没有保存，以“查询中心”的列表为准"


def fault(*_args, **_kwargs):
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before", "inside", "after"])
def test_it_says_that_nothing_was_saved_only_where_that_is_certain(client, cast, monkeypatch, when):
    refund = submitted(cast.resident, office=cast.county)
    payment = refund.lines.get().payment_id
    client.force_login(cast.resident)
    client.raise_request_exception = False

    real = applying.withdraw_all

    def undone(*args, **kwargs):
        with transaction.atomic():
            real(*args, **kwargs)
            fault()

    broken = {
        "before": ("applying.withdraw_all", fault),
        "inside": ("applying.withdraw_all", undone),
        "after": ("go", fault),
    }
    monkeypatch.setattr("pension.views." + broken[when][0], broken[when][1])
    page = client.post("/pension/withdraw/", {"payment": payment})
    withdrawn = PensionRefund.objects.get(pk=refund.pk).review_status == "withdrawn"
    assert (page.status_code, withdrawn) == (500, when == "after")
    assert (UNCERTAIN in text(page)) == withdrawn
    assert ("刚才这一步没有保存" in text(page)) != withdrawn


@pytest.mark.django_db(transaction=True)
def test_what_needs_no_commit_is_lasting_as_well(client, cast, monkeypatch):
    client.force_login(cast.resident)
    client.raise_request_exception = False

    def written(*_args, **_kwargs):
        User.objects.filter(pk=cast.resident.pk).update(preferences={})
        fault()

    monkeypatch.setattr("pension.views.applying.withdraw_all", written)
    payment = submitted(cast.resident, office=cast.county).lines.get().payment_id
    assert UNCERTAIN in text(client.post("/pension/withdraw/", {"payment": payment}))


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ("SELECT 1", True),
        ("  select 1 FOR UPDATE", True),
        ("UPDATE t SET a = 1", False),
        ("WITH x AS (DELETE FROM t RETURNING *) SELECT 1", False),
        ("SELECT procrastinate_defer_jobs_v1(1)", False),
        ("COPY t FROM STDIN", False),
    ],
)
def test_which_statements_leave_everything_as_it_was(statement, reads):
    assert bool(READS.match(statement)) == reads


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kept", "size"), [("", "standard"), ("huge", "huge"), ("standard-elder", "large"), ("x", "standard")]
)
@pytest.mark.parametrize(("address", "status"), [("/nothing/", 404), ("/pension/withdraw/", 500)])
def test_an_error_page_has_the_size_of_this_device(client, cast, monkeypatch, kept, size, address, status):
    client.force_login(cast.resident)
    client.raise_request_exception = False
    client.cookies["display"] = kept
    monkeypatch.setattr("pension.views._chosen", fault)
    page = client.get(address)
    assert page.status_code == status
    assert find(tree(page), lambda tag, attrs: tag == "html")["attrs"]["class"] == size

"""The history of every application: written by the database, never changed, and it says who, when and from where (I8)."""

import uuid

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from pension.models import PensionRefund
from refunds.history import FIELDS
from refunds.models import RefundApplication, RejectReason
from tests.house.canaries import flock
from tests.pension.factories import ACCOUNT, PaymentFactory, submitted
from tests.reports import report
from tests.review.answering import answers

pytestmark = pytest.mark.django_db
EVENTS = PensionRefund.events.rel.related_model
TABLE = EVENTS._meta.db_table

FORM = {"step": "confirm", "account_type": "card", "bank": "103", "contact_name": "刘", "account_number": ACCOUNT}
# The rows of an application that went this way.
LENGTHS = {
    "applied": 1, "withdrawn": 2, "countersign": 2, "tax_returned": 2, "approved": 2, "unknown": 2, "held": 2,
    "agency_processing": 3, "agency_returned": 4, "paying": 4, "refunded": 5, "payment_failed": 5, "contradiction": 6,
}  # fmt: skip


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


def not_kept(model) -> set[str]:
    """What the history of a kind of application should keep and does not."""
    history = model.events.rel.related_model if hasattr(model, "events") else None
    kept = {field.name for field in history._meta.local_fields} if history else set()
    return {*FIELDS, "pgh_context", "pgh_created_at", "pgh_obj"} - kept


def test_every_kind_of_application_has_a_history():
    kinds = [model for model in apps.get_models() if issubclass(model, RefundApplication)]
    assert kinds
    assert {model: not_kept(model) for model in kinds if not_kept(model)} == {}


@pytest.mark.parametrize(
    "tampering",
    [
        lambda: EVENTS.objects.update(refund_status="refunded"),
        lambda: EVENTS.objects.all().delete(),
        lambda: EVENTS.objects.first().delete(),
        lambda: connection.cursor().execute(f"UPDATE {TABLE} SET pgh_context = NULL"),
        lambda: connection.cursor().execute(f"UPDATE {TABLE} SET pgh_created_at = now() - interval '1 day'"),
        lambda: connection.cursor().execute(f"DELETE FROM {TABLE}"),
    ],
)
def test_the_database_refuses_to_change_or_remove_a_row(refund, tampering):
    before = list(EVENTS.objects.values())
    with pytest.raises(DatabaseError, match="Cannot (update|delete)"), transaction.atomic():
        tampering()
    assert list(EVENTS.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_the_database_writes_the_row_even_for_a_change_that_no_code_of_ours_made(cast):
    """Whoever changes a state behind the portal's back is seen: a row is there, and it has no action."""
    submitted(cast.resident, office=cast.county)
    with transaction.atomic():
        connection.cursor().execute("UPDATE pension_pensionrefund SET attempt = 9")
        newest = EVENTS.objects.latest("pgh_id")
        assert (newest.attempt, newest.pgh_context) == (9, None)
        transaction.set_rollback(True)


def test_the_newest_row_is_the_present_and_there_is_one_for_every_step(cast):
    for situation, bird in flock(cast).items():
        for code, refund in bird.refunds.items():
            now = type(refund).objects.get(pk=refund.pk)
            rows = list(now.events.order_by("pgh_id"))
            assert len(rows) == LENGTHS[situation], (situation, code)
            assert [row.pgh_created_at for row in rows] == sorted(row.pgh_created_at for row in rows)
            for field in FIELDS:
                assert getattr(rows[-1], field) == getattr(now, field), (situation, code, field)


def act(client, cast) -> PensionRefund:
    """A long way through the pages: referred, sent back, referred, countersigned, bounced, corrected."""
    payment = PaymentFactory(person=cast.resident.person, office=cast.county, amount="10000.01")
    client.force_login(cast.resident)
    client.post("/pension/apply/", {**FORM, "payment": payment.pk, "key": str(uuid.uuid4())})
    refund = PensionRefund.objects.get()
    case = f"/review/{refund.number}"
    for user, verb in (
        ("reviewer", "approve"),
        ("countersigner", "send-back"),
        ("reviewer", "approve"),
        ("countersigner", "approve"),
    ):
        client.force_login(getattr(cast, user))
        client.post(f"{case}/{verb}/", answers(refund) | {"remark": "再核"}, REMOTE_ADDR="10.20.30.40")
    report(refund.number, events=["bounced"])
    client.force_login(cast.resident)
    client.post(f"/refunds/{refund.number}/account/", {**FORM, "mended": "on"})
    return refund


def test_every_row_says_what_was_done_by_whom_in_which_role_and_from_where(client, cast):
    refund = act(client, cast)
    done = [row.pgh_context for row in refund.events.order_by("pgh_id")]
    assert [context["action"] for context in done] == [
        "submit", "refer", "send_back", "refer", "countersign", "acknowledge", "accept", "bounce", "correct_account",
    ]  # fmt: skip
    actors = ["resident", "reviewer", "countersigner", "reviewer", "countersigner", None, None, None, "resident"]
    for context, actor in zip(done, actors, strict=True):
        if actor is None:
            assert context["agency"] == "hrss"
            continue
        user = getattr(cast, actor)
        assert (context["user"], context["name"]) == (user.pk, user.display_name)
        assert (context["role"], context["place"]) == (user.role, user.role_label)
        assert context["address"] == ("127.0.0.1" if actor == "resident" else "10.20.30.40")


def test_taking_back_and_refusing_are_told_apart_from_each_other(client, cast):
    first, second = (submitted(cast.resident, office=cast.county, year=year) for year in (2018, 2019))
    client.force_login(cast.resident)
    client.post("/pension/withdraw/", {"payment": first.lines.get().payment_id})
    client.force_login(cast.reviewer)
    client.post(f"/review/{second.number}/reject/", {"reason": RejectReason.objects.get(code="arrived").pk})
    for refund, action, user in ((first, "withdraw", cast.resident), (second, "reject", cast.reviewer)):
        context = refund.events.latest("pgh_id").pgh_context
        assert (context["action"], context["user"], context["address"]) == (action, user.pk, "127.0.0.1")
    assert second.events.latest("pgh_id").reject_reason_id == "arrived"


def test_a_refused_action_leaves_no_row(client, cast, refund):
    client.force_login(cast.reviewer)
    client.post(f"/review/{refund.number}/reject/", {})
    client.post(f"/review/{refund.number}/send-back/", {"remark": "x"})
    client.force_login(cast.stranger)
    client.post("/pension/withdraw/", {"payment": refund.lines.get().payment_id})
    assert refund.events.count() == 1

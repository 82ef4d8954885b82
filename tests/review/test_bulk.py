"""/review/bulk/: many clean cases with one press; what is not clean stays, and says why."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.numbers import check_digit
from handoff.models import Delivery
from inbox.models import Message
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.states import RefundStatus
from tests.accounts.factories import UserFactory
from tests.pages import text
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
# What the two ways of deciding must write alike.
SAME = (
    "refund_status",
    "review_status",
    "review_result",
    "decided_by_id",
    "reviewed_by_id",
    "attempt",
    "amount",
    "taken_by_id",
)


def nothing(rows):
    return {}


def many(cast, count, **payment):
    """Each to an account of its own."""
    users = [UserFactory(resident=True) for _ in range(count)]
    return [submitted(user, office=cast.county, number=account_no(user.pk), **payment) for user in users]


def account_no(key):
    """Nineteen digits that end in a right check digit."""
    digits = f"622848{key:012d}"
    return f"{digits}{check_digit(digits)}"


def state_of(refund):
    stored = PensionRefund.objects.get(pk=refund.pk)
    events = stored.events.order_by("pgh_id").values_list("refund_status", "review_status", "pgh_context__action")
    sent = Delivery.objects.filter(number=refund.number).values_list("agency", "amount", "status")
    told = Message.objects.filter(number=refund.number).order_by("id").values_list("kind", "title")
    return [getattr(stored, name) for name in SAME], list(events), list(sent), list(told)


@pytest.mark.parametrize("amount", ["300", "10000.01"])
def test_what_many_come_to_is_what_each_alone_comes_to(cast, amount):
    together, alone = many(cast, 2, amount=amount)
    actions.approve_all([together.number], by=cast.reviewer, objections=nothing)
    actions.approve(alone.number, by=cast.reviewer)
    assert state_of(together) == state_of(alone)


def test_the_number_of_statements_is_the_same_however_many_they_are(cast):
    counts = []
    for count in (2, 12):
        numbers = [refund.number for refund in many(cast, count)]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            actions.approve_all(numbers, by=cast.reviewer, objections=nothing)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_may_not_be_passed_stays_and_says_why(cast):
    good, mine, foreign, gone, odd = (
        *many(cast, 1),
        submitted(UserFactory(resident=True, person=cast.reviewer.person), office=cast.county),
        submitted(UserFactory(resident=True), office=cast.elsewhere),
        *many(cast, 2),
    )
    actions.withdraw(gone.number, by=gone.submitted_by)
    held = actions.take(many(cast, 1)[0].number, by=cast.colleague)
    numbers = [refund.number for refund in (good, mine, foreign, gone, odd, held)]
    outcome = actions.approve_all(numbers, by=cast.reviewer, objections=lambda rows: {odd.pk: "账户名称不一致"})
    assert [refund.number for refund in outcome.passed] == [good.number]
    why = dict(outcome.refused)
    assert "与您本人有关" in why[mine.number]
    assert "没有找到" in why[foreign.number]
    assert "已撤销" in why[gone.number]
    assert why[odd.number] == "账户名称不一致"
    assert cast.colleague.display_name in why[held.number]
    assert PensionRefund.objects.filter(refund_status=RefundStatus.APPROVED).count() == 1


def test_more_than_a_thousand_are_refused(cast):
    with pytest.raises(errors.NotAllowed, match="1,000"):
        actions.approve_all([f"YL{n}" for n in range(1001)], by=cast.reviewer, objections=nothing)


def test_the_page_shows_number_sum_and_what_is_excluded(client, cast):
    clean = many(cast, 2, amount="300")
    odd = submitted(UserFactory(resident=True), office=cast.county)
    PensionRefund.objects.filter(pk=odd.pk).update(account_name="别人")
    client.force_login(cast.reviewer)
    page = text(client.get("/review/bulk/"))
    assert "全部核对通过 2" in page
    assert "600.00" in page
    assert "账户名称与退费人一致" in page
    done = text(client.post("/review/bulk/pass/", {"number": [refund.number for refund in (*clean, odd)]}))
    assert "已通过 2" in done
    assert "没有通过 1" in done
    assert sum(delivery.amount for delivery in Delivery.objects.all()) == Decimal(600)


def test_a_filter_of_the_queue_holds_here_too(client, cast):
    many(cast, 1, amount="300")
    many(cast, 1, amount="700")
    client.force_login(cast.reviewer)
    assert "合计 300.00" in text(client.get("/review/bulk/?most=500"))


def test_nobody_but_a_reviewer_comes_here(client, cast):
    for user, status in ((cast.countersigner, 403), (cast.auditor, 403), (cast.resident, 403)):
        client.force_login(user)
        assert client.get("/review/bulk/").status_code == status
        assert client.post("/review/bulk/pass/", {"number": "x"}).status_code == status

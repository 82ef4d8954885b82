"""Every application is in exactly one queue: on the real pages of everybody, whatever has happened to it (I11)."""

import pytest
from django.test import Client

from handoff import deliveries
from handoff.models import Delivery
from handoff.wire.client import Answer
from pension.village import drafts
from refunds import actions, schemes
from refunds.models import RejectReason
from refunds.states import ALLOWED, QUEUE_OF, Queue, RefundStatus, ReviewStatus
from review.queue.queues import QUEUES
from tests.house import brought
from tests.pages import by_id, text, tree
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db

# What an officer's page of a queue is called in an address; 全部申请 is a view over all of them.
OFFICERS = {queue: code for queues in QUEUES.values() for code, _label, queue in queues if queue}
# 我的待办 of whoever applied.
TODO = {Queue.DRAFT: "todo", Queue.CORRECTION: "todo"}
# What has come to its end is nobody's move, and yet its applicant is offered something there: a person to apply again, a village to
# have signed for what it hands out.
OFFERED = {False: {RefundStatus.TAX_RETURNED, RefundStatus.AGENCY_RETURNED}, True: {RefundStatus.REFUNDED}}


def of_person(scheme):
    def make(cast):
        submitted = brought.of(scheme, "factories").submitted
        return cast.resident, submitted(cast.resident, office=cast.county)

    return make


def batch(cast):
    return cast.clerk, submit_batch(make_village(cast.clerk, people=3), cast.clerk)


def draft(cast):
    village = make_village(cast.clerk, people=3)
    drafts.add(village, by=cast.clerk)
    return cast.clerk, drafts.of_payment(village)


def received(number):
    """The agency gave its receipt, and has not said anything yet."""
    delivery = Delivery.objects.get(number=number)
    deliveries._record(delivery, Answer("已接收", receipt="R-1"))


def approved(then=lambda number: None):
    def decide(refund, owner, cast):
        actions.approve(refund.number, by=cast.reviewer)
        then(refund.number)

    return decide


def reported(*events):
    return approved(lambda number: report(number, events=events))


# How an application gets into each of the allowed states.
WAYS = {
    (RefundStatus.NOT_APPLIED, ReviewStatus.DRAFT): lambda refund, owner, cast: None,
    (RefundStatus.NOT_APPLIED, ReviewStatus.WITHDRAWN): lambda refund, owner, cast: actions.withdraw(
        refund.number, by=owner
    ),
    (RefundStatus.APPLIED, ReviewStatus.PENDING): lambda refund, owner, cast: None,
    (RefundStatus.APPLIED, ReviewStatus.COUNTERSIGN): approved(),  # above the limit
    (RefundStatus.APPROVED, ReviewStatus.COMPLETED): approved(),
    (RefundStatus.AGENCY_PROCESSING, ReviewStatus.COMPLETED): approved(received),
    (RefundStatus.PAYING, ReviewStatus.COMPLETED): reported("accepted"),
    (RefundStatus.REFUNDED, ReviewStatus.COMPLETED): reported("paid"),
    (RefundStatus.AGENCY_RETURNED, ReviewStatus.COMPLETED): reported("refused"),
    (RefundStatus.PAYMENT_FAILED, ReviewStatus.COMPLETED): reported("bounced"),
    (RefundStatus.TAX_RETURNED, ReviewStatus.COMPLETED): lambda refund, owner, cast: actions.reject(
        refund.number, by=cast.reviewer, reason=RejectReason.objects.first()
    ),
}
MAKERS = {scheme.code: of_person(scheme) for scheme in schemes.every()} | {"pension, a village": batch}
CASES = [(name, make, states) for name, make in MAKERS.items() for states in WAYS if states[1] != ReviewStatus.DRAFT]
CASES.append(("pension, a village", draft, (RefundStatus.NOT_APPLIED, ReviewStatus.DRAFT)))


def found_on(refund, owner, cast) -> set[str]:
    """Every queue page of everybody on which the application stands."""
    pages = set()
    home = Client()
    home.force_login(owner)
    name = refund.number or refund.scheme.draft_url(refund)
    if name in str(by_id(tree(home.get("/")), "todo")):
        pages.add("todo")
    for role, queues in QUEUES.items():
        officer = Client()
        officer.force_login(getattr(cast, role))
        for code, _label, queue in queues:
            if queue and name in text(officer.get("/review/", {"queue": code})):
                pages.add(code)
    return pages


def test_every_allowed_state_has_a_way_there_and_a_queue():
    assert set(WAYS) == set(QUEUE_OF) == {(refund, review) for refund, review, _result in ALLOWED}
    assert set(OFFICERS) | set(TODO) == set(Queue) - {Queue.CLOSED}


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_disputed_stands_on_the_page_of_its_own_wherever_it_stood(name, cast):
    owner, refund = MAKERS[name](cast)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["bounced", "accepted"], steps="in_order")
    assert type(refund).objects.get(pk=refund.pk).queue == Queue.DISPUTED
    assert found_on(refund, owner, cast) == {OFFICERS[Queue.DISPUTED]}


@pytest.mark.parametrize(("name", "make", "states"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_it_stands_on_the_page_of_its_queue_and_on_no_other(name, make, states, cast, settings):
    if states[1] == ReviewStatus.COUNTERSIGN:
        settings.COUNTERSIGN_LIMIT = "0.01"
    owner, refund = make(cast)
    WAYS[states](refund, owner, cast)
    refund = type(refund).objects.get(pk=refund.pk)
    assert (refund.refund_status, refund.review_status) == states
    offered = refund.refund_status in OFFERED[bool(refund.organisation_id)]
    page = "todo" if offered else {**OFFICERS, **TODO}.get(refund.queue)
    assert found_on(refund, owner, cast) == ({page} if page else set())

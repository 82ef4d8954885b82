"""代为发起, the verb: whoever starts a refund for somebody never decides about it (O-04, design.md section 4)."""

import pytest

from handoff.models import Delivery
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from refunds.way.steps import steps
from tests.accounts.factories import PersonFactory, UserFactory
from tests.behalf.starting import EVIDENCE, start, started
from tests.inbox.reading import told
from tests.pension.factories import PaymentFactory, submitted

pytestmark = pytest.mark.django_db


def state(refund):
    return PensionRefund.objects.get(pk=refund.pk).refund_status


# O-04
def test_an_arrived_payment_is_started_and_passed_by_another_officer(cast):
    refund = started(cast)
    assert (refund.office, refund.submitted_by, refund.evidence) == (cast.county, cast.reviewer, EVIDENCE)
    actions.approve(refund.number, by=cast.colleague)
    assert state(refund) == RefundStatus.APPROVED
    assert Delivery.objects.count() == 1


def test_whoever_started_it_does_not_decide_it(cast, settings):
    settings.COUNTERSIGN_LIMIT = "0.01"
    refund = started(cast)
    with pytest.raises(errors.NotAllowed):
        actions.approve(refund.number, by=cast.reviewer)
    with pytest.raises(errors.NotAllowed):
        actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.first())
    of_countersigner = started(cast, officer=cast.countersigner)
    actions.approve(of_countersigner.number, by=cast.reviewer)
    with pytest.raises(errors.NotAllowed):
        actions.countersign(of_countersigner.number, by=cast.countersigner)
    same_person = UserFactory(countersigner=True, office=cast.city, person=cast.reviewer.person)
    actions.approve(refund.number, by=cast.colleague)
    with pytest.raises(errors.NotAllowed):
        actions.countersign(refund.number, by=same_person)
    actions.countersign(refund.number, by=cast.countersigner)


@pytest.mark.parametrize("who", ["auditor", "outsider"])
def test_only_an_officer_of_the_area_who_decides_starts_it(cast, who):
    with pytest.raises(errors.NotAllowed, match="主管税务机关"):
        started(cast, officer=getattr(cast, who))
    assert not PensionRefund.objects.exists()


def test_nobody_starts_one_for_herself(cast):
    with pytest.raises(errors.NotAllowed, match="您本人的缴费"):
        started(cast, cast.reviewer.person)


def test_without_evidence_nothing_is_started(cast):
    payment = PaymentFactory(person=PersonFactory(), office=cast.county, arrived=True)
    with pytest.raises(errors.NotAllowed, match="看过的材料"):
        start(cast.reviewer, payment, evidence="")


def test_a_payment_is_in_one_live_refund_whoever_asks_for_it(cast):
    refund = submitted(cast.resident, office=cast.county)
    with pytest.raises(errors.AlreadyClaimed):
        start(cast.reviewer, refund.lines.get().payment)


def test_the_history_says_who_started_it_and_on_what_evidence(cast):
    refund = started(cast)
    row = refund.events.get()
    assert (row.pgh_context["user"], row.evidence) == (cast.reviewer.pk, EVIDENCE)
    first = steps(refund, internal=True)[0]
    assert (first.title, first.note) == ("税务机关代为发起退费", f"依据：{EVIDENCE}")
    assert cast.reviewer.display_name in first.holder
    assert steps(refund)[0].holder == cast.county.name


def test_a_person_with_an_account_is_told_sees_it_and_takes_it_back(client, cast):
    refund = started(cast, cast.resident.person)
    assert "税务机关已代您发起" in told(refund, "submit").title
    client.force_login(cast.resident)
    assert "由税务机关代为发起" in client.get("/pension/progress/").content.decode()
    assert "由税务机关代为发起" in client.get(f"/refunds/{refund.number}/").content.decode()
    client.post(f"/refunds/{refund.number}/withdraw/")
    assert state(refund) == RefundStatus.NOT_APPLIED

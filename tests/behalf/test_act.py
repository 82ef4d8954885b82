"""For somebody without an account an officer who did not decide acts, with the evidence noted (O-04, design.md section 4)."""

import pytest

from handoff.models import Delivery
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.states import RefundStatus
from refunds.way.steps import steps
from tests.accounts.factories import UserFactory
from tests.behalf.starting import another_account, bounced, started
from tests.inbox.reading import kinds
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db
CALLED = "本人来电核对身份后提出"


def state(refund):
    return PensionRefund.objects.get(pk=refund.pk).refund_status


def correct(refund, *, by, proposed_by, evidence=CALLED):
    account = another_account(refund)
    return actions.correct_account(refund.number, by=by, account=account, evidence=evidence, proposed_by=proposed_by)


@pytest.mark.parametrize("who", ["reviewer", "colleague", "countersigner"])
def test_an_officer_takes_it_back_for_somebody_without_an_account(cast, who):
    refund = started(cast)
    actions.withdraw(refund.number, by=getattr(cast, who), evidence=CALLED)
    assert state(refund) == RefundStatus.NOT_APPLIED
    last = refund.events.latest("pgh_id")
    assert (last.pgh_context["user"], last.evidence) == (getattr(cast, who).pk, CALLED)
    assert kinds(refund) == ["submit", "withdraw"]


def test_without_evidence_nobody_acts(cast):
    with pytest.raises(errors.NotAllowed, match="依据"):
        actions.withdraw(started(cast).number, by=cast.colleague)
    with pytest.raises(errors.NotAllowed, match="依据"):
        correct(bounced(cast), by=cast.colleague, proposed_by=cast.reviewer, evidence="")


def test_what_a_resident_applied_for_herself_is_hers_alone(cast):
    with pytest.raises(errors.NotAllowed, match="申请人自己提交"):
        actions.withdraw(submitted(cast.resident, office=cast.county).number, by=cast.reviewer, evidence=CALLED)


def test_whoever_has_an_account_acts_for_herself(cast):
    refund = started(cast)
    UserFactory(resident=True, person=refund.applicant)
    with pytest.raises(errors.NotAllowed, match="已经注册"):
        actions.withdraw(refund.number, by=cast.colleague, evidence=CALLED)


def test_the_auditor_and_officers_elsewhere_do_not_act(cast):
    refund = started(cast)
    with pytest.raises(errors.NotAllowed):
        actions.withdraw(refund.number, by=cast.auditor, evidence=CALLED)
    with pytest.raises(errors.NoSuchApplication):
        actions.withdraw(refund.number, by=cast.outsider, evidence=CALLED)


def test_a_new_account_is_proposed_by_one_and_sent_by_another(cast):
    refund = bounced(cast)
    for by, proposed_by in ((cast.reviewer, cast.reviewer), (cast.countersigner, None)):
        with pytest.raises(errors.NotAllowed, match="另一位"):
            correct(refund, by=by, proposed_by=proposed_by)
    correct(refund, by=cast.colleague, proposed_by=cast.reviewer)
    assert state(refund) == RefundStatus.APPROVED
    assert Delivery.objects.filter(instruction_id=f"{refund.number}-2").count() == 1
    last = refund.events.latest("pgh_id")
    assert (last.pgh_context["user"], last.pgh_context["proposed_by"]) == (cast.colleague.pk, cast.reviewer.pk)
    assert last.evidence == CALLED
    step = [step for step in steps(refund, internal=True) if step.at][-1]
    assert step.title == "税务机关代为更正账户，重新退付"
    assert f"{cast.reviewer.display_name} 提出" in step.holder
    report(refund.number, events=["paid"])
    assert state(refund) == RefundStatus.REFUNDED


def test_whoever_decided_proposes_no_account(cast):
    with pytest.raises(errors.NotAllowed, match="您本人审核"):
        correct(bounced(cast), by=cast.countersigner, proposed_by=cast.colleague)


def test_whoever_started_it_lets_no_account_of_a_colleague_through(cast):
    with pytest.raises(errors.NotAllowed, match="与您本人有关"):
        correct(bounced(cast), by=cast.reviewer, proposed_by=cast.countersigner)

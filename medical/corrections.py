"""What the tax core system corrected under applications of 医保."""

from foundation.feeds.staging import Stage
from medical.models import MedicalRefund
from refunds import actions
from refunds.records.single import changes_of

SAID = {
    "enrolment_id": "参保登记",
    "year": "参保年度",
    "medical_amount": "医疗金额",
    "care_amount": "长护金额",
    "period_start": "费款所属期起",
    "period_end": "费款所属期止",
    "record_status": "记录状态",
}


def changes(refunds) -> dict:
    """What the ledger says by now against each, by key."""
    return changes_of(refunds, said=SAID, owner=lambda paid: paid.enrolment.person_id, beside="payment__enrolment")


def follow(stage: Stage, *, newest: int) -> None:
    """After the ledger has followed the feed (`feed_changed` has the ids): applications are told. What waits of people with a ticket
    beyond `newest` is looked at again: they have two now."""
    stage.cursor.execute(HOLDERS)
    actions.follow_records(MedicalRefund, [pk for (pk,) in stage.cursor.fetchall()])
    stage.cursor.execute(MOVED)
    actions.move(MedicalRefund, dict(stage.cursor.fetchall()))
    stage.cursor.execute(WAITING_WITH_ANOTHER, [newest])
    actions.follow_people([pk for (pk,) in stage.cursor.fetchall()])


HOLDERS = """
    SELECT r.id FROM medical_medicalrefund r JOIN feed_changed c ON c.id = r.payment_id
    WHERE r.holds AND r.submitted_at IS NOT NULL"""
WAITING_WITH_ANOTHER = """
    SELECT DISTINCT e.person_id FROM medical_payment p JOIN medical_enrolment e ON e.id = p.enrolment_id
    JOIN medical_medicalrefund r ON r.applicant_id = e.person_id
    WHERE p.id > %s AND r.review_status IN ('pending', 'countersign')"""
MOVED = """
    SELECT r.id, p.office_id FROM medical_medicalrefund r JOIN medical_payment p ON p.id = r.payment_id
    JOIN feed_changed c ON c.id = p.id
    WHERE r.review_status IN ('pending', 'countersign') AND r.office_id <> p.office_id"""

"""Load, correct, void, replace, rename, move office, apply, decide, pay, in any order: nobody is paid more than the core system says she
paid, but for what a work item says; and every difference is one."""

import csv
import tempfile
from contextlib import suppress
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import NameChange
from accounts.records import renaming
from handoff import deliveries, desk
from handoff.models import Delivery, DeliveryStatus, Proposal, WorkItem
from pension.feeds import PaymentFeed
from pension.models import Payment, PensionRefund, PensionRefundLine
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.records import RecordStatus
from tests.accounts.factories import OfficeFactory, UserFactory
from tests.feeds import data
from tests.feeds.correcting import N, account_of, applied
from tests.invariants import violations
from tests.reports import report

PEOPLE = (N, N + 10)
TICKETS = range(6)
ALL = (*PaymentFeed.columns, *PaymentFeed.optional)
UNSAFE = (errors.RefundError, renaming.CannotDecide)
ticket, pick = st.sampled_from(TICKETS), st.integers(0, 50)


class Ledger(RuleBasedStateMachine):
    """`rows` is what the core system says of each ticket."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.folder = tempfile.TemporaryDirectory()
        self.offices = [OfficeFactory(code=data.OFFICE), OfficeFactory()]
        self.officers = {
            office.code: [UserFactory(reviewer=True, office=office) for _ in "ab"] for office in self.offices
        }
        self.administrator = UserFactory(resident=True)
        self.names = {n: data.person_name(n) for n in PEOPLE}
        self.rows = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.folder.cleanup()

    # The core system ---------------------------------------------------------------------------------------------------

    def _load(self, number, **changes):
        who = PEOPLE[number % 2]
        known = self.rows.get(number, {})
        row = data.payment(25_100 + number * 10 + 7, person=who, 到账状态="未到账", 缴费金额="500.00") | known
        self.rows[number] = row | {"记录状态": "正常"} | changes
        path = Path(self.folder.name, "a.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ALL, restval="")
            writer.writeheader()
            writer.writerow(self.rows[number] | {"缴费人姓名": self.names[who]})
        call_command("load_payments", "pension", str(path), stdout=StringIO())

    @rule(number=ticket, amount=st.sampled_from(["300.00", "500.00", "800.00"]))
    def load_or_correct(self, number, amount):
        self._load(number, 缴费金额=amount)

    @rule(number=ticket, status=st.sampled_from(["作废", "冲正"]))
    def take_back(self, number, status):
        self._load(number, 记录状态=status)

    @rule(number=ticket)
    def replace(self, number):
        other = (number + 2) % len(TICKETS)
        if number in self.rows:
            self._load(other, 缴费金额="300.00", 原票证号码=self.rows[number]["票证号码"])

    @rule(number=ticket, place=st.integers(0, 1))
    def move_office(self, number, place):
        self._load(number, 税务机关代码=self.offices[place].code)

    @rule(number=ticket)
    def belong_to_somebody_else(self, number):
        other = data.payment(1, person=PEOPLE[(number + 1) % 2])
        self._load(number, 证件号码=other["证件号码"], 手机号=other["手机号"])

    @rule(who=st.sampled_from(PEOPLE), name=st.sampled_from(["孙悦", "孙招弟"]), number=ticket)
    def rename(self, who, name, number):
        self.names[who] = name
        self._load(number)
        for change in NameChange.objects.filter(state="waiting"):
            with suppress(*UNSAFE):
                renaming.confirm(change.pk, by=self.administrator, evidence="户口簿")

    # The portal ----------------------------------------------------------------------------------------------------------

    def _one(self, place, **states):
        found = list(PensionRefund.objects.filter(**states).order_by("number"))
        return found[place % len(found)] if found else None

    @rule(place=pick)
    def apply(self, place):
        payments = list(Payment.objects.order_by("id"))
        if payments:
            paid = payments[place % len(payments)]
            with suppress(*UNSAFE):
                applied(paid)

    @rule(place=pick)
    def apply_again(self, place):
        if refund := self._one(place, review_status="pending"):
            with suppress(*UNSAFE):
                actions.reapply(refund.number, by=account_of(refund.applicant))

    @rule(place=pick, who=st.integers(0, 1))
    def decide(self, place, who):
        if refund := self._one(place, review_status="pending"):
            with suppress(*UNSAFE):
                actions.approve(refund.number, by=self.officers[refund.office_id][who])

    @rule(place=pick)
    def reject(self, place):
        if refund := self._one(place, review_status="pending"):
            reason = RejectReason.objects.filter(active=True).first()
            actions.reject(refund.number, by=self.officers[refund.office_id][0], reason=reason)

    @rule(place=pick, event=st.sampled_from(["paid", "bounced", "refused", "accepted"]))
    def agency(self, place, event):
        waiting = list(Delivery.objects.exclude(status__in=["paid", "refused", "cancelled", "bounced"]).order_by("id"))
        if not waiting:
            return
        delivery = waiting[place % len(waiting)]
        if delivery.sent_at or deliveries._about_to_send(delivery):
            report(delivery.number, events=[event])

    @rule(place=pick, proposal=st.sampled_from([Proposal.RECALL, Proposal.STOP]))
    def settle(self, place, proposal):
        items = list(WorkItem.objects.filter(closed_at=None, kind="corrected", proposal="").order_by("id"))
        if items:
            item = items[place % len(items)]
            first, second = self.officers[item.office_id]
            with suppress(*UNSAFE):
                if item.amount_due:
                    desk.enter_returned(item, item.amount_due - (item.amount_back or 0), by=first, note="已退回")
                elif proposal == Proposal.RECALL:
                    desk.propose(item, proposal, by=first)
                    desk.confirm(WorkItem.objects.get(pk=item.pk), by=second)

    # What must always be true --------------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_paid_more_than_she_paid_but_for_what_an_item_says(self):
        for line in PensionRefundLine.objects.filter(live=True, outcome="paid").select_related("payment", "refund"):
            back = WorkItem.objects.filter(number=line.refund.number, kind="corrected")
            asked = sum((item.amount_due or 0 for item in back.filter(closed_at=None)), Decimal())
            returned = back.exclude(closed_at=None).aggregate(n=Sum("amount_back"))["n"] or Decimal()
            record = line.payment
            hers = record.record_status == RecordStatus.NORMAL and record.person_id == line.refund.applicant_id
            owed = record.amount if hers else Decimal()
            assert line.amount - returned - asked <= owed
            if line.amount - returned != owed:
                assert back.filter(closed_at=None).exists()

    @invariant()
    def what_the_record_contradicts_is_not_on_its_way(self):
        for line in PensionRefundLine.objects.filter(live=True, refund__disputed="").select_related(
            "payment", "refund"
        ):
            record, refund = line.payment, line.refund
            fits = record.stands and (record.amount, record.person_id) == (line.amount, refund.applicant_id)
            assert fits or refund.corrected
            if refund.corrected and refund.review_status == "completed":
                assert WorkItem.objects.filter(number=refund.number, kind="corrected").exists() or fits
            for delivery in Delivery.objects.filter(number=refund.number, status=DeliveryStatus.WAITING, sent_at=None):
                assert not (refund.corrected and deliveries._about_to_send(delivery))

    @invariant()
    def nothing_is_broken(self):
        assert violations() == []


@pytest.mark.django_db
def test_whatever_is_loaded_and_decided_in_any_order_nobody_is_paid_more_than_she_paid():
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

"""A random walk over everything that people and agencies can do: no state outside design.md section 4 is ever reached."""

import contextlib
import uuid

import pytest
from django.db import transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handoff.models import Delivery
from pension import applications
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import ALLOWED
from tests.conftest import make_cast
from tests.invariants import violations
from tests.pension.factories import PaymentFactory, account_of
from tests.reports import report

ALLOWED_STATES = {(str(r), str(v), str(w)) for r, v, w in ALLOWED}


class Walk(RuleBasedStateMachine):
    """One resident with two payments, her officers, and an agency without manners."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    @initialize()
    def people(self):
        self.cast = make_cast()
        person = self.cast.resident.person
        self.payments = [
            PaymentFactory(person=person, office=self.cast.county, amount=amount) for amount in ("200.00", "10000.01")
        ]

    @rule(which=st.integers(0, 1))
    def apply(self, which):
        user = self.cast.resident
        account = account_of(user.person)
        self.quietly(lambda: applications.apply([self.payments[which]], account=account, by=user, key=uuid.uuid4()))

    @rule(pick=st.randoms())
    def withdraw(self, pick):
        self.on_one(pick, actions.withdraw, by=self.cast.resident)

    @rule(pick=st.randoms())
    def approve(self, pick):
        self.on_one(pick, actions.approve, by=self.cast.reviewer)

    @rule(pick=st.randoms())
    def reject(self, pick):
        self.on_one(pick, actions.reject, by=self.cast.colleague, reason=RejectReason.objects.first(), remark="不符")

    @rule(pick=st.randoms())
    def countersign(self, pick):
        self.on_one(pick, actions.countersign, by=self.cast.countersigner)

    @rule(pick=st.randoms())
    def send_back(self, pick):
        self.on_one(pick, actions.send_back, by=self.cast.countersigner, remark="再核")

    @rule(pick=st.randoms())
    def correct_account(self, pick):
        account = account_of(self.cast.resident.person)
        self.on_one(pick, actions.correct_account, by=self.cast.resident, account=account, mended=True)

    @rule(
        pick=st.randoms(),
        events=st.lists(st.sampled_from(["accepted", "refused", "paid", "bounced"]), min_size=1, max_size=4),
    )
    def agency(self, pick, events):
        """Any events, for any instruction ever given, however old."""
        deliveries = list(Delivery.objects.order_by("instruction_id"))
        if deliveries:
            delivery = pick.choice(deliveries)
            report(delivery.number, events=events, instruction_id=delivery.instruction_id)

    @invariant()
    def only_allowed_states(self):
        states = PensionRefund.objects.values_list("refund_status", "review_status", "review_result")
        assert set(states) <= ALLOWED_STATES
        assert violations() == []

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def on_one(self, pick, action, **kwargs):
        numbers = list(PensionRefund.objects.order_by("number").values_list("number", flat=True))
        if numbers:
            self.quietly(lambda: action(pick.choice(numbers), **kwargs))

    def quietly(self, act):
        with contextlib.suppress(errors.RefundError):
            act()


@pytest.mark.django_db
def test_no_order_of_actions_reaches_a_forbidden_state():
    run_state_machine_as_test(
        Walk, settings=hypothesis_settings(max_examples=40, stateful_step_count=25, deadline=None)
    )

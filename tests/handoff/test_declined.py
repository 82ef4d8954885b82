"""What an agency refuses is certainly not there, unless somebody else was sending it as well."""

import pytest
from django.utils import timezone

from foundation.wire import http
from handoff import deliveries
from handoff.models import Callback, Delivery, DeliveryStatus
from refunds import actions
from tests.handoff.desk import order
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(cast):
    actions.approve(submitted(cast.resident, office=cast.county).number, by=cast.reviewer)
    return Delivery.objects.get()


def test_what_a_second_worker_sent_meanwhile_may_be_there(agency, delivery, monkeypatch):
    """The first was taken for dead before its message had left; the second one's arrives, and nobody hears the answer."""
    reach_it, others = http.exchange, []

    def after_another_worker(method, url, content, headers):
        if not others:
            others.append(order(agency, "accept_then_drop", times=1))
            deliveries.send(delivery.pk)
            order(agency, "takes_no_questions")
        return reach_it(method, url, content, headers)

    monkeypatch.setattr(http, "exchange", after_another_worker)
    order(agency, "takes_no_questions")
    deliveries.send(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.sends) == (DeliveryStatus.HELD, 2)
    assert "409" in delivery.last_answer
    assert not delivery.is_certainly_not_there


def test_what_nobody_else_sent_is_certainly_not_there(agency, delivery):
    order(agency, "unprocessable")
    deliveries.send(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.is_certainly_not_there


def test_what_the_agency_speaks_of_in_words_nobody_knows_is_not_certain_any_more(agency, delivery):
    order(agency, "unprocessable")
    deliveries.send(delivery.pk)
    words = {"agency": delivery.agency, "instruction_id": delivery.instruction_id, "event": "in_review", "sequence": 1}
    said = Callback.objects.create(message_id="1", amount=delivery.amount, occurred_at=timezone.now(), **words)
    deliveries.apply(said.pk)
    delivery.refresh_from_db()
    assert not delivery.is_certainly_not_there

"""A page of a queue is read in its order, of a county and of the province: nobody sorts everything that waits to show fifty."""

import pytest
from django.db import connection

from refunds import actions, schemes
from review.queue import queues
from tests.accounts.factories import UserFactory
from tests.house import brought

pytestmark = pytest.mark.django_db
# Few rows are cheaper to sort; many are not.
AS_IF_MANY = ("enable_sort", "enable_seqscan", "enable_bitmapscan")


def plans(user, code: str) -> list[str]:
    _code, _label, queue = queues.queue_of(user, code)
    return explained([rows.order_by(*queues.order_of(code))[:51] for rows in queues.listed(user, code, queue)])


def explained(reads) -> list[str]:
    with connection.cursor() as cursor:
        for setting in AS_IF_MANY:
            cursor.execute(f"SET LOCAL {setting} = off")
        found = [rows.explain() for rows in reads]
        for setting in AS_IF_MANY:  # what is asked after the test would take half a minute so
            cursor.execute(f"SET LOCAL {setting} = on")
    return found


@pytest.mark.parametrize("who", ["reviewer", "auditor"])
@pytest.mark.parametrize("code", ["pending", "countersign", "agency", "disputed", "all"])
def test_a_queue_is_read_in_its_order_and_not_sorted(cast, who, code):
    for scheme in schemes.every():
        brought.of(scheme, "factories").submitted(UserFactory(resident=True), office=cast.county)
    user = getattr(cast, who)
    assert queues.queue_of(user, code)[0] == code
    assert [plan for plan in plans(user, code) if "Sort" in plan] == []


def test_only_a_few_of_what_is_open_wait_for_a_second_officer(cast):
    assert all("to_countersign" in plan for plan in plans(cast.auditor, "countersign"))


def test_what_is_frozen_is_found_among_what_is_frozen(cast):
    assert all("_frozen" in plan for plan in plans(cast.reviewer, "disputed"))


def test_what_somebody_holds_is_found_by_who_holds_it(cast):
    """It can be read from the index of what is held; which one is cheapest among a handful of rows says nothing."""
    with connection.cursor() as cursor:
        for scheme in schemes.every():
            name = scheme.model._meta.model_name
            cursor.execute(f"DROP INDEX {name}_urgent, {name}_urgent_of_all")
    assert all("_taken" in plan for plan in plans(cast.reviewer, "mine"))
    held = explained(actions.taken_from(cast.reviewer, by=cast.countersigner))
    assert [plan for plan in held if "_taken" not in plan] == []

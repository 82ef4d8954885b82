"""An office without an active 审核人: its cases are in the queue of the nearest office above that has one."""

from pathlib import Path

import pytest
from django.urls import reverse

from accounts.feeds import deciding
from accounts.models import Organisation, TaxOffice, User
from pension.models import Payment, PensionRefund
from pension.village import drafts
from refunds import actions
from refunds.states import Queue
from review.queue import queues
from tests.accounts.factories import OfficeFactory, PersonFactory, UserFactory
from tests.feeds import data
from tests.feeds.correcting import applied, fresh, payment, row
from tests.feeds.test_load_staff import officer
from tests.pension.factories import CollectivePaymentFactory, PaymentFactory
from tests.village.batches import submit_batch

CASES = Path(__file__).parent / "cases"
BRANCH = "14209840100"


@pytest.fixture
def load(run, places, tmp_path):
    def load_one(command, what, *scheme):
        path = tmp_path / "a.csv"
        if isinstance(what, str):
            path.write_bytes((CASES / what).read_bytes())
        else:
            data.write(path, what, what[0])
        return run(command, *scheme, path)

    return load_one


@pytest.fixture
def reviewer(places):
    return UserFactory(reviewer=True, office=places)


def again(user) -> User:
    """As the next request of hers finds her."""
    return User.objects.select_related("office").get(pk=user.pk)


def sees(user, refund) -> bool:
    return PensionRefund.objects.visible_to(again(user)).in_queue(Queue.REVIEW).filter(pk=refund.pk).exists()


def test_a_case_of_an_office_without_staff_is_in_one_real_queue_and_the_load_says_so(load, reviewer):
    assert "城关税务分局没有审核人，申请由国家税务总局汉川市税务局审核" in load("load_offices", "offices.csv")
    assert "没有审核人，申请由国家税务总局汉川市税务局审核" in load(
        "load_payments", "office-without-officer.csv", "pension"
    )
    refund = applied(Payment.objects.get())
    assert refund.office_id == BRANCH
    assert sees(reviewer, refund)
    assert actions.take_next(by=again(reviewer)) == refund
    assert actions.approve(refund.number, by=again(reviewer)).refund_status == "approved"


def test_the_case_says_who_decides_and_why(load, reviewer, client):
    load("load_offices", "offices.csv")
    load("load_payments", "office-without-officer.csv", "pension")
    refund = applied(Payment.objects.get())
    client.force_login(reviewer)
    page = client.get(reverse("review:case", args=[refund.number])).text
    assert "城关税务分局没有审核人，这件申请由国家税务总局汉川市税务局审核" in page


def test_nobody_else_sees_it(load, reviewer):
    load("load_offices", "offices.csv")
    load("load_payments", "office-without-officer.csv", "pension")
    refund = applied(Payment.objects.get())
    sister = UserFactory(reviewer=True, office=OfficeFactory(parent=reviewer.office))
    assert (sees(sister, refund), sees(reviewer, refund)) == (False, True)


def test_where_nobody_is_above_either_the_load_says_that(load, cast):
    assert "和上级税务机关都没有审核人" in load("load_offices", "offices.csv")


def test_before_there_is_any_staff_no_office_is_named_and_the_load_of_staff_names_those_left(load, places):
    told = load("load_offices", "offices.csv")
    assert "载入后会说明哪些机关没有审核人" in told
    assert "城关" not in told
    told = load("load_staff", [officer(2)])
    assert (
        "1 个机关没有审核人，申请由上级审核：国家税务总局汉川市税务局城关税务分局（由国家税务总局汉川市税务局）" in told
    )
    OfficeFactory(name="国家税务总局应城市税务局")
    told = load("load_staff", [officer(2)])
    assert "1 个机关和上级都没有审核人，请先配备，否则无人审核：国家税务总局应城市税务局" in told


def test_payments_loaded_before_any_staff_say_that_nobody_reviews(load, places):
    assert "还没有审核人，提交的申请无人审核" in load("load_payments", [row()], "pension")


def test_a_load_of_staff_without_a_reviewer_says_that_nobody_reviews(load, places):
    assert "还没有审核人" in load("load_staff", [officer(2, 身份="复核人")])


def test_the_nearest_above_decides_and_staff_that_comes_or_goes_changes_it(places, reviewer):
    city = OfficeFactory()
    TaxOffice.objects.filter(pk=places.pk).update(parent=city, path=f"{city.path}{places.code}/")
    branch = OfficeFactory(parent=TaxOffice.objects.get(pk=places.pk))
    UserFactory(reviewer=True, office=city)
    assert TaxOffice.objects.get(pk=branch.pk).deciding_office_id == places.pk
    reviewer.is_active = False
    reviewer.save()
    assert TaxOffice.objects.get(pk=branch.pk).deciding_office_id == city.pk
    assert TaxOffice.objects.get(pk=city.pk).decides_for == sorted([places.pk, branch.pk])
    own = UserFactory(reviewer=True, office=branch)
    assert TaxOffice.objects.get(pk=branch.pk).deciding_office_id is None
    own.office = city
    own.save(update_fields=["office"])
    assert TaxOffice.objects.get(pk=branch.pk).deciding_office_id == city.pk
    assert deciding.recompute() == []


def test_what_was_referred_is_reviewed_again_by_those_who_decide_now(places, reviewer, settings):
    settings.COUNTERSIGN_LIMIT = "1.00"
    branch = OfficeFactory(parent=places)
    deciding.recompute()
    refund = applied(PaymentFactory(office=branch, person=PersonFactory()))
    actions.approve(refund.number, by=again(reviewer))
    assert fresh(refund).review_status == "countersign"
    new = UserFactory(reviewer=True, office=branch)
    assert (fresh(refund).review_status, fresh(refund).reviewed_by) == ("pending", None)
    assert (sees(new, refund), sees(reviewer, refund)) == (True, False)
    assert refund.events.latest("pgh_id").pgh_context["action"] == "redirect"


def test_its_work_items_and_counts_are_those_of_whoever_decides(load, reviewer, rf):
    load("load_offices", "offices.csv")
    load("load_payments", "office-without-officer.csv", "pension")
    applied(Payment.objects.get())
    request = rf.get("/")
    request.user = again(reviewer)
    assert queues.counts(request, Queue.REVIEW)[""] == "1"


def test_a_person_who_moves_takes_her_undecided_cases_along(load, reviewer):
    there = UserFactory(reviewer=True)
    load("load_payments", [row()], "pension")
    refund = applied(payment())
    load("load_payments", [row(税务机关代码="19999999901")], "pension")
    assert fresh(refund).office_id == data.OFFICE
    TaxOffice.objects.filter(pk=there.office_id).update(path=f"/{there.office_id}/")
    load("load_payments", [row(税务机关代码=there.office_id)], "pension")
    now = fresh(refund)
    assert (now.office_id, sees(there, now), sees(reviewer, now)) == (there.office_id, True, False)
    moved = now.events.latest("pgh_id").pgh_context
    assert (moved["action"], moved["moved_to"]) == ("move", there.office.name)


def test_a_village_that_moves_takes_drafts_and_undecided_batches_along(run, tmp_path, cast):
    collective = CollectivePaymentFactory(organisation=cast.clerk.organisation)
    PaymentFactory.create_batch(2, of_village=True, collective=collective, office=cast.county)
    batch = submit_batch(collective, cast.clerk)
    other = CollectivePaymentFactory(organisation=cast.clerk.organisation, month=2)
    PaymentFactory(of_village=True, collective=other, month=2, office=cast.county)
    drafts.add(other, by=cast.clerk)
    village = Organisation.objects.get(pk=collective.organisation_id)
    place = {
        "单位名称": village.name,
        "缴费人税号": "420984000000001",
        "单位社保号": village.pk,
        "单位类型": village.kind,
    }
    path = tmp_path / "o.csv"
    row = {**place, "行政区划代码": "420703", "税务机关代码": cast.elsewhere.code}
    run("load_organisations", data.write(path, [row], row))
    assert fresh(batch).office_id == cast.elsewhere.code
    assert drafts.of_payment(other).office_id == cast.elsewhere.code
    assert sees(cast.outsider, batch)


def test_what_is_decided_stays_where_it_was(load, reviewer):
    there = OfficeFactory()
    load("load_payments", [row()], "pension")
    refund = applied(payment())
    actions.approve(refund.number, by=again(reviewer))
    load("load_payments", [row(税务机关代码=there.code)], "pension")
    assert fresh(refund).office_id == data.OFFICE

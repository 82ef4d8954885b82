"""Each rule of the machine: when it warns, what it says, and which mark the queue shows (O-04, O-05)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from handoff.models import WorkItem
from medical.models import MedicalRefund
from pension.models import Payment, PensionRefund
from refunds import actions
from refunds.models import RejectReason, YearAmount
from review.checks.evaluating import checks_of, marks_of
from review.marks import MARKS
from tests.accounts.factories import UserFactory
from tests.medical.factories import PaymentFactory as MedicalPaymentFactory
from tests.medical.factories import submitted as medical
from tests.pension.factories import PaymentFactory, applied_again, submitted
from tests.review.answering import warned

pytestmark = pytest.mark.django_db
ACCOUNTS = ("6228480402564890018", "6228480402564890026", "6228480402564890034")


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


def marks(refund):
    refund = type(refund).objects.get(pk=refund.pk)
    found = marks_of(refund, checks_of([refund])[refund.pk])
    assert set(found) <= MARKS.keys()
    return found


def test_a_clean_case_has_no_warning_and_no_mark(refund):
    assert warned(refund) == {}
    assert marks(refund) == []


def test_every_check_says_its_rule_its_evidence_and_what_was_looked_at(refund, cast):
    for check in [*checks_of([refund])[refund.pk], *checks_of([medical(cast.stranger)]).popitem()[1]]:
        assert check.rule
        assert check.evidence
        assert check.data


@pytest.mark.parametrize(
    ("account", "payee", "words"),
    [
        ("买买提阿不都·吐尔逊", "买买提·阿不都·吐尔逊", "账户名称少 1 个“·”，其余 9 个字相同"),
        ("刘桂兰", "刘桂蓝", "账户名称把“蓝”写成“兰”"),
        ("刘桂", "刘桂兰", "账户名称少“兰”"),
        ("王小二", "刘桂兰", "账户名称是王小二，退费人是刘桂兰，不是同一个名字"),
    ],
)
def test_a_name_that_differs_says_in_what(refund, cast, account, payee, words):
    PensionRefund.objects.update(account_name=account)
    type(cast.resident.person).objects.filter(pk=cast.resident.person_id).update(name=payee)
    assert warned(refund)["name"].evidence == words
    assert marks(refund) == ["name"]


def test_an_account_of_somebody_else_is_noticed_across_schemes_and_offices(refund, cast):
    other = medical(cast.stranger, number=ACCOUNTS[0])
    found = warned(refund)["shared"]
    assert "另外 1 个退费人的 1 笔申请（其他机关）" in found.evidence
    assert other.number not in found.evidence
    assert marks(refund) == ["shared"]


@pytest.mark.breaks_on_purpose
def test_an_account_like_the_one_paid_before_is_known_and_another_one_is_asked_about(refund, cast):
    pay(refund, cast)
    assert warned(submitted(cast.resident, office=cast.county, year=2018)) == {}
    new = submitted(cast.resident, office=cast.county, year=2017, number=ACCOUNTS[1])
    assert "第一次使用" in warned(new)["first"].evidence
    assert "first" in marks(new)


def test_what_was_split_below_the_limit_is_added_up(cast):
    one = submitted(cast.resident, office=cast.county, amount="6000")
    assert "below" not in warned(one)
    two = submitted(cast.resident, office=cast.county, amount="5000", year=2018)
    assert "共 11,000.00 元" in warned(one)["below"].evidence
    actions.withdraw(two.number, by=cast.resident)
    assert "below" not in warned(one)


def test_a_second_ticket_of_the_year_is_noticed_whether_it_was_applied_for_or_not(refund, cast):
    second = PaymentFactory(person=cast.resident.person, office=cast.county, amount="300")
    found = warned(refund)["twice"]
    assert f"票证 {second.ticket_number}，300.00 元，未到账，没有申请退费" in found.evidence
    other = submitted(cast.resident, second)
    assert other.number in warned(refund)["twice"].evidence
    assert marks(refund) == ["twice"]


def test_the_village_subsidy_of_the_same_year_is_no_second_ticket(refund, cast):
    PaymentFactory(person=cast.resident.person, of_village=True)
    Payment.objects.exclude(collective=None).update(period_start="2019-01-01", period_end="2019-12-31")
    assert warned(refund) == {}


def test_two_medical_refunds_of_one_year_are_noticed(cast):
    one = medical(cast.resident, office=cast.county)
    assert "twice" not in warned(one)
    two = medical(cast.resident, office=cast.county, enrolment=one.payment.enrolment)
    assert two.number in warned(one)["twice"].evidence
    assert "twice" in marks(two)


def test_a_payment_that_takes_the_place_of_another_year_or_person_asks_about_that_refund(cast):
    original = medical(cast.stranger, year=2023, office=cast.county)
    between = MedicalPaymentFactory(year=2022, original_ticket=original.payment.ticket_number)
    new = medical(cast.resident, office=cast.county, original_ticket=between.ticket_number)
    assert f"原票证 {original.number}" in warned(new)["twice"].evidence


def test_a_payment_that_ended_is_none_that_is_kept(cast):
    one = medical(cast.resident)
    MedicalPaymentFactory(enrolment=one.payment.enrolment, record_status="void")
    assert "alone" in warned(one)


def test_a_payment_that_arrived_since_cannot_be_answered_away(refund):
    Payment.objects.update(arrival_status="arrived")
    found = warned(refund)["arrived"]
    assert found.answers == ()
    assert "代为发起" in found.stops
    assert marks(refund) == ["arrived"]
    PensionRefund.objects.update(evidence="本人到场，已核对证件")
    assert "arrived" not in warned(refund)
    assert marks(refund) == ["arrived", "behalf"]


@pytest.mark.breaks_on_purpose
def test_a_correction_after_the_application_is_noticed(refund):
    Payment.objects.update(amount=Decimal("300"))
    assert warned(refund)["corrected"].evidence == "缴费金额由 1,000.00 元更正为 300.00 元"
    assert marks(refund) == ["corrected"]


@pytest.mark.breaks_on_purpose
def test_a_medical_payment_of_another_amount_or_person_is_noticed(cast):
    refund = medical(cast.resident)
    MedicalRefund.objects.update(amount="400")
    assert "corrected" in warned(refund)


def test_an_open_item_of_another_application_of_hers_is_noticed(refund, cast):
    other = submitted(cast.resident, office=cast.county, year=2018)
    about = {"number": other.number, "instruction_id": other.instruction_id, "detail": "对方拒收"}
    WorkItem.objects.create(kind="held", agency="hrss", office=cast.county, **about)
    assert warned(refund)["trouble"].evidence == f"有 1 条：{other.number} 移交被对方拒收"


def test_an_amount_that_the_year_cannot_have_had_is_noticed(cast):
    refund = submitted(cast.resident, office=cast.county, amount="3000.01")
    assert "标准未核实" in warned(refund)["amount"].evidence
    YearAmount.objects.update(highest="5000", verified=True)
    assert "amount" not in warned(refund)


def test_asking_again_for_the_same_money_is_a_fact_and_no_warning(refund, cast):
    actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.first())
    again = applied_again(cast.resident, refund)
    assert warned(again) == {}
    assert marks(again) == ["again"]


def test_any_number_of_applications_costs_the_same_queries(cast, django_assert_max_num_queries):
    few = [submitted(UserFactory(), office=cast.county) for _ in range(2)] + [medical(UserFactory())]
    some = fresh(few)
    with django_assert_max_num_queries(100) as taken:
        checks_of(some)
    many = [*few, *(submitted(UserFactory(), office=cast.county) for _ in range(5)), medical(UserFactory())]
    everything = fresh(many)
    with django_assert_max_num_queries(len(taken)):
        found = checks_of(everything)
    assert found.keys() == {refund.pk for refund in many}


def fresh(refunds):
    return [type(refund).objects.get(pk=refund.pk) for refund in refunds]


def pay(refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    with transaction.atomic():
        row = actions.locked(refund.number)
        actions.acknowledge(row, by="hrss")
        actions.accept(row, by="hrss")
        actions.pay(row, by="hrss", on=date(2026, 3, 2), attempt=1)


def test_what_the_page_has_no_room_for_is_asked_anew_too(refund, cast):
    """More applications share the account than are named: each counts, also when their number stays the same."""
    others = [submitted(UserFactory(resident=True), office=cast.county) for _ in range(6)]
    before = warned(refund)["shared"]
    actions.withdraw(others[-1].number, by=others[-1].submitted_by)
    submitted(UserFactory(resident=True), office=cast.county)
    after = warned(refund)["shared"]
    assert before.shown == after.shown
    assert before.evidence != after.evidence

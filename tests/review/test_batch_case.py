"""A village batch as one case: totals, the people with search and marks, single people left out (O-06)."""

import pytest

from pension.models import Payment, PensionRefund
from refunds import schemes
from refunds.states import ReviewStatus
from review.models import LookUp
from tests.accounts.factories import PersonFactory, UserFactory
from tests.house.test_fragments import assert_following_is_reloading
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import PaymentFactory, submitted
from tests.review.batch import leave, lines_of, names, of, region, url
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


def test_a_batch_is_one_case_with_its_totals_its_village_and_its_account(client, officer, batch, cast):
    words = text(client.get(url(batch)))
    village = cast.clerk.organisation
    for part in (
        "本批人员 5 人 · 1,000.00 元",
        "已排除 0 人 · 0.00 元",
        "将通过 5 人 · 1,000.00 元",
        "村集体补助",
        "**** 0018",
    ):
        assert part in words
    for part in (village.name, village.tax_number, village.social_number, "王会计", "139****0009"):
        assert part in words


def test_its_payments_are_one_line_and_not_one_for_each_person(client, officer, batch):
    rows = find_all(by_id(tree(client.get(url(batch))), "payments"), lambda tag, _attrs: tag == "tr")
    assert [text(row) for row in rows[1:]] == ["2022 1 村集体补助 2022-01-01 2022-12-31 5 1,000.00"]


def test_the_people_stand_there_with_masked_numbers(client, officer, batch):
    page = client.get(url(batch))
    people = [line.payment.person for line in lines_of(batch)]
    assert names(page) == [person.name for person in people]
    assert all(str(person.id_number) in text(page) for person in people)
    assert not any(person.id_number.reveal("in a test") in page.content.decode() for person in people)


@pytest.mark.parametrize("how", ["name", "number", "tail"])
def test_one_person_is_found_by_name_or_number_and_no_address_holds_a_whole_number(client, officer, batch, how):
    sought = lines_of(batch)[2].payment.person
    number = sought.id_number.reveal("in a test")
    typed = {"name": {"name": sought.name}, "number": {"number": number.lower()}, "tail": {"number": number[-4:]}}[how]
    response = client.post(url(batch, "people/search/"), typed)
    assert number not in response.url
    # Two of them may share their last digits: the sequence is the same, the check digit by chance.
    people = [line.payment.person for line in lines_of(batch)]
    same_end = [one.name for one in people if one.id_number.reveal("in a test")[-4:] == number[-4:]]
    assert names(client.get(response.url)) == (same_end if how == "tail" else [sought.name])


def test_a_search_that_finds_nobody_says_how_to_search(client, officer, batch):
    for typed in (
        {"number": "12"},
        {"number": "12345678"},
        {"number": "110101199001010007"},
        {"name": "\0没有"},
        {"number": "person-x"},
    ):
        words = text(region(client.post(url(batch, "people/search/"), typed, follow=True)))
        assert "没有符合条件的人员" in words


def test_searches_by_number_are_kept_and_few_so_that_no_mask_is_won_back(client, officer, batch, settings):
    settings.LOOKUPS_BY_END_PER_HOUR = 2
    numbers = [line.payment.person.id_number.reveal("in a test") for line in lines_of(batch)]
    number = numbers[2]
    alike = sum(other.endswith(number[-4:]) for other in numbers)  # their last digit is a check digit: two may share it
    for tail in (number[-4:], "129999", number[-4:]):  # of a longer end the last four count
        response = client.post(url(batch, "people/search/"), {"number": tail}, follow=True)
    assert "号码的后几位最多查 2 次" in text(response)
    kept = LookUp.objects.order_by("pk").values_list("by", "kind", "found")
    assert list(kept) == [(officer.pk, "member_end", alike), (officer.pk, "member_end", 0)]
    # What was not searched for, but written into an address, finds nobody.
    assert names(client.get(url(batch), {"number": number[-4:]})) == []


@pytest.fixture
def marked(cast, village):
    """Of five: one has her own refund of the same year, one of another year, one stands there twice, one paid more."""
    own, other_year, twice, _same, more = (payment.person for payment in village.payments.order_by("pk"))
    submitted(UserFactory(person=own), office=cast.county, year=2022)
    submitted(UserFactory(person=other_year), office=cast.county, year=2021)
    Payment.objects.filter(person=more).update(amount="300.00")
    PaymentFactory(of_village=True, collective=village, office=cast.county, person=twice)
    return submit_batch(village, cast.clerk)


def shares(response):
    return [text(link) for link in find_all(region(response), lambda tag, attrs: tag == "a" and "?" in attrs["href"])]


def test_what_the_machine_noticed_is_counted_and_can_be_looked_at_alone(client, officer, marked):
    page = client.get(url(marked))
    assert shares(page)[:8] == [
        "全部 6",
        "有标记 4",
        "缴费记录有更正 0",
        "有死亡日期 0",
        "同年度另有退费 1",
        "批内重复 2",
        "金额与多数人不同 1",
        "已排除 0",
    ]
    lines = lines_of(marked)
    expected = {
        "marked": [lines[0], lines[2], lines[4], lines[5]],
        "other": [lines[0]],
        "twice": [lines[2], lines[5]],
        "amount": [lines[4]],
        "left_out": [],
    }
    for only, found in expected.items():
        assert names(client.get(url(marked), {"only": only})) == of(found)


def test_each_mark_says_its_evidence(client, officer, marked):
    words = text(region(client.get(url(marked))))
    other = PensionRefund.objects.get(applicant=lines_of(marked)[0].payment.person)
    assert f"同年度另有退费：{other.number} 人社退费中" in words
    assert words.count("批内重复，同一人有多笔") == 2
    assert words.count("多数人为 200.00 元") == 1


def test_a_refund_of_the_ticket_whose_place_a_members_ticket_takes_is_noticed_in_whichever_year(
    client, officer, cast, village
):
    original = submitted(UserFactory(), office=cast.county, year=2018)
    first = village.payments.order_by("pk").first()
    Payment.objects.filter(pk=first.pk).update(original_ticket=original.lines.get().payment.ticket_number)
    page = client.get(url(submit_batch(village, cast.clerk)), {"only": "other"})
    assert f"原票证另有退费：{original.number} 人社退费中" in text(region(page))


def test_a_refund_at_another_office_is_told_without_its_number(client, officer, cast, village):
    other = submitted(UserFactory(person=village.payments.first().person), office=cast.elsewhere, year=2022)
    words = text(region(client.get(url(submit_batch(village, cast.clerk)))))
    assert f"同年度另有退费：{cast.elsewhere.name}" in words
    assert other.number not in words


def test_a_single_persons_case_has_no_people(client, officer, cast):
    single = submitted(cast.resident, office=cast.county)
    assert by_id(tree(client.get(url(single))), "people") is None
    for verb in ("search", "leave-out", "take-in"):
        assert client.post(url(single, f"people/{verb}/")).status_code == 404


def test_another_batch_of_the_village_with_the_same_account_is_no_alarm(client, officer, batch, cast):
    submit_batch(make_village(cast.clerk, people=2, month=2), cast.clerk)
    assert "请核对" not in text(by_id(tree(client.get(url(batch))), "checks"))


def test_page_with_fragment_is_the_page_reloaded(client, officer, marked, monkeypatch):
    monkeypatch.setattr("review.case.members.PAGE_SIZE", 2)
    links = assert_following_is_reloading(client, url(marked), "people")
    assert len(links) == 9
    assert_following_is_reloading(client, url(marked) + "?only=marked&name=测试", "people")


def test_the_list_is_paged_by_key_and_a_page_stays_small(client, officer, cast):
    refund = submit_batch(make_village(cast.clerk, people=60), cast.clerk)
    first = client.get(url(refund))
    assert len(find_all(tree(first), lambda _tag, _attrs: True)) <= 3000
    (link,) = find_all(region(first), lambda tag, attrs: tag == "a" and "after=" in attrs.get("href", ""))
    assert names(first) + names(client.get(link["attrs"]["href"])) == of(lines_of(refund))


@pytest.mark.parametrize("people", [3, 60])
def test_nothing_costs_more_queries_in_a_larger_batch(
    client, officer, cast, settings, people, django_assert_num_queries
):
    settings.COUNTERSIGN_LIMIT = "100000.00"
    refund = submit_batch(make_village(cast.clerk, people=people), cast.clerk)
    line = lines_of(refund)[0]
    client.get(url(refund))
    tail = refund.people.addressable(line.payment.person.id_number.reveal("in a test")[-4:])
    with django_assert_num_queries(28 + len(schemes.every())):
        client.get(url(refund))
    with django_assert_num_queries(27 + len(schemes.every())):
        client.get(url(refund), {"number": tail, "only": "marked"})
    with django_assert_num_queries(17):
        leave(client, refund, [line])
    with django_assert_num_queries(39 + 5 * len(schemes.every())):
        client.post(url(refund, "approve/"))


def test_somebody_twice_in_the_batch_is_one_person(client, officer, cast, village):
    twin = PersonFactory()
    PaymentFactory.create_batch(2, of_village=True, collective=village, office=cast.county, person=twin)
    refund = submit_batch(village, cast.clerk)
    assert names(client.get(url(refund), {"only": "twice"})) == [twin.name] * 2
    assert PensionRefund.objects.get().review_status == ReviewStatus.PENDING

"""A number typed into a search box, and what of it may stand in an address."""

import pytest

from accounts import seeking
from accounts.models import User
from tests.accounts.factories import PersonFactory, UserFactory
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    return UserFactory(resident=True).person


@pytest.fixture
def rows(known):
    return User.objects.filter(person=known)


def test_a_whole_number_becomes_the_key_of_its_person(known, rows):
    typed = f" {known.id_number.reveal('in a test').lower()} "
    sought = seeking.addressable(typed, among=rows)
    assert sought == f"person-{known.pk}"
    assert seeking.is_whole(sought)
    assert seeking.people_with(sought, among=rows) == [known.pk]


def test_a_stranger_is_as_unknown_as_somebody_who_does_not_exist(rows):
    UserFactory(resident=True, person=(stranger := PersonFactory()))
    nobody = PersonFactory.build()
    for person in (stranger, nobody):
        assert seeking.keys_of(person.id_number.reveal("in a test"), among=[rows]) == []
        sought = seeking.addressable(person.id_number.reveal("in a test"), among=rows)
        assert sought == "person-unknown"
        assert seeking.people_with(sought, among=rows) == []


def test_several_sets_of_people_are_looked_through(known, rows):
    assert seeking.keys_of(known.id_number.reveal("in a test"), among=[rows.none(), rows]) == [known.pk]


def test_one_number_under_two_kinds_of_document_finds_both_people():
    people = [PersonFactory(number="E12345678", id_type=kind) for kind in ("208", "227")]
    for person in people:
        UserFactory(resident=True, person=person)
    everybody = User.objects.all()
    sought = seeking.addressable("e1234 5678", among=everybody)
    assert set(seeking.people_with(sought, among=everybody)) == {person.pk for person in people}


def test_the_end_of_a_number_finds_only_those_given(known, rows):
    tail = known.id_number.reveal("in a test")[-4:]
    sought = seeking.addressable(tail, among=rows)
    assert not seeking.is_whole(sought)
    assert seeking.said(sought) == tail
    assert seeking.people_with(sought, among=rows) == [known.pk]
    assert seeking.people_with(sought, among=rows.none()) == []


def test_an_end_that_nobody_searched_for_finds_nobody(known, rows):
    tail = known.id_number.reveal("in a test")[-4:]
    assert seeking.people_with(tail, among=rows) == []
    other = "1111" if tail == "0000" else "0000"
    forged = seeking.addressable(other, among=rows).replace(other, tail)
    assert seeking.people_with(forged, among=rows) == []


@pytest.mark.parametrize("length", [5, 6, 8])
def test_a_mask_is_not_won_back_by_longer_ends(known, rows, length):
    """Of a longer end the last four count alone: whether the digits before them are right shows nowhere."""
    tail = known.id_number.reveal("in a test")[-4:]
    for before in ("0" * (length - 4), "9" * (length - 4)):
        assert seeking.people_with(seeking.addressable(before + tail, among=rows), among=rows) == [known.pk]


@pytest.mark.parametrize("length", [1, 3, 9, 17])
def test_what_is_no_end_and_no_number_finds_nobody(known, rows, length):
    tail = known.id_number.reveal("in a test")[-length:]
    assert seeking.people_with(seeking.addressable(tail, among=rows), among=rows) == []


@pytest.mark.parametrize("sought", ["", "7", "007", "person-", "person-x", "person-\0", "0" * 9])
def test_what_is_too_short_or_no_key_finds_nobody(rows, sought):
    assert seeking.people_with(sought, among=rows) == []


def test_an_end_of_another_key_is_stale_and_not_nobody(known, rows):
    assert seeking.is_stale("1234:somebody-elses-signature")
    assert not any(map(seeking.is_stale, ["", seeking.addressable("1234", among=rows), "person-x"]))


def test_the_officers_list_shows_the_applications_of_both(client, cast):
    client.force_login(cast.reviewer)
    people = [PersonFactory(number="E12345678", id_type=kind) for kind in ("208", "227")]
    numbers = [submitted(UserFactory(resident=True, person=person), office=cast.county).number for person in people]
    page = client.post("/review/?queue=all", {"q": "E12345678"}, follow=True).text
    assert all(number in page for number in numbers)

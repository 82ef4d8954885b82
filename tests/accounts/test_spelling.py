"""People are found by the initials of their names, and by the end of their phones."""

import pytest

from accounts.models import Person
from accounts.spelling import initials
from foundation.numbers import phone_tail
from tests.accounts.factories import PersonFactory


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("魏明远", "wmy"),
        ("买买提·阿不都热合曼·吐尔逊", "mmtabdrhmtex"),
        ("张 三", "zs"),
        ("曾国平", "cgp"),
        ("曾国平", "zgp"),
        ("单雄信", "sxx"),
        ("MARIA Lopez", "ml"),
        ("王wei", "ww"),
    ],
)
def test_a_name_has_the_initials_of_every_reading_of_its_first_character(name, letters):
    assert letters in initials(name)


@pytest.mark.parametrize("name", ["", "·", "007"])
def test_a_name_without_readings_has_no_initials(name):
    assert initials(name) == []


@pytest.mark.django_db
def test_whoever_saves_a_person_need_not_think_of_how_she_is_found():
    person = PersonFactory(name="魏明远", phone="13900000044")
    Person.objects.bulk_create([PersonFactory.build(name="单雄信", phone="13800000012")])
    assert Person.objects.get(initials__contains=["sxx"]).name == "单雄信"
    assert Person.objects.get(last_four=phone_tail("0044")) == person
    person.name, person.phone, person.phone_index = "赵美英", None, None
    person.save()
    kept = Person.objects.get(pk=person.pk)
    assert kept.initials == ["zmy"]
    assert kept.last_four is None


@pytest.mark.django_db
def test_the_end_of_a_phone_is_no_number_in_the_table():
    person = PersonFactory(phone="13900000044")
    assert b"0044" not in bytes(Person.objects.values_list("last_four", flat=True).get(pk=person.pk))

"""What may stand in a form or an address as a key."""

import uuid

import pytest

from foundation import keys

KEY = uuid.UUID("0190f3c2-0000-7000-8000-000000000001")


@pytest.mark.parametrize("value", ["0", "7", "007", "9" * 18])
def test_a_whole_number_can_be_a_key(value):
    assert keys.is_number(value)


@pytest.mark.parametrize("value", ["", "-1", "1.0", " 1", "1_0", "٣", "²", "\0", "9" * 19, "9" * 5000, None, 7, [1]])
def test_anything_else_names_nothing(value):
    assert not keys.is_number(value)


def test_of_many_values_the_keys_remain_in_their_order():
    assert keys.numbers_in(["3", "x", "1", "9" * 19]) == [3, 1]
    assert keys.uuids_in(["x", str(KEY), "\0"]) == [KEY]


@pytest.mark.parametrize("value", [str(KEY), KEY.hex, str(KEY).upper(), KEY])
def test_a_uuid_is_read_in_all_its_forms(value):
    assert keys.uuid_of(value) == keys.uuid_or_new(value) == KEY


@pytest.mark.parametrize("value", [None, "", "x", "\0", "unknown", 7, str(KEY)[:-1], "é" * 36])
def test_for_what_is_no_uuid_there_is_none_or_a_new_one(value):
    assert keys.uuid_of(value) is None
    assert keys.uuid_or_new(value) != keys.uuid_or_new(value)

"""After wrong answers the doors without a sign-in close, for numbers that exist and for others alike."""

from datetime import timedelta

import pytest
from django.db import connection

from refunds.inquiry import doors
from refunds.inquiry.codes import code_of
from refunds.inquiry.doors import Closed, Door, through
from refunds.inquiry.models import WrongTry
from tests.conftest import make_cast
from tests.pages import text
from tests.pension.factories import submitted
from tests.races import THREADS, race

STATION, RECEIPT = "/inquiry/station/", "/inquiry/receipt/"


def tried(number="YL1", address="127.0.0.1", found=None):
    return through(Door.STATION, number, address=address, look=lambda: found)


def later(**passed):
    """As if what was tried until now had been tried earlier."""
    for one in WrongTry.objects.all():
        WrongTry.objects.filter(pk=one.pk).update(at=one.at - timedelta(**passed))


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


@pytest.mark.parametrize("known", [True, False])
def test_the_fifth_wrong_answer_closes_the_door_and_the_right_one_does_not_open_it(client, refund, known):
    number = refund.number if known else "YL1"
    for _ in range(5):
        assert client.post(STATION, {"number": number, "tail": "9999"}).status_code == 422
    closed = client.post(STATION, {"number": number, "tail": "0000"})
    assert closed.status_code == 429
    assert "暂停查询" in text(closed)
    assert number in closed.content.decode(), "what was typed stays"


def test_the_other_door_and_other_numbers_stay_open(client, refund, cast):
    other = submitted(cast.resident, office=cast.county, year=2018)
    for _ in range(5):
        client.post(STATION, {"number": refund.number, "tail": "9999"})
    assert client.post(RECEIPT, {"number": refund.number, "code": code_of(refund.number)}).status_code == 200
    assert client.post(STATION, {"number": other.number, "tail": "0000"}).status_code == 200


def test_a_code_is_not_tried_for_ever(client, refund):
    for _ in range(5):
        assert client.post(RECEIPT, {"number": refund.number, "code": "7K4M-Q2WP-9D3X"}).status_code == 422
    assert client.post(RECEIPT, {"number": refund.number, "code": code_of(refund.number)}).status_code == 429


@pytest.mark.django_db
def test_right_answers_are_not_counted():
    for _ in range(100):
        assert tried(found="x") == "x"
    assert not WrongTry.objects.exists()


@pytest.mark.django_db
def test_it_opens_again_after_half_an_hour():
    for _ in range(5):
        tried()
    with pytest.raises(Closed):
        tried()
    later(minutes=31)
    tried()


@pytest.mark.django_db
def test_a_number_is_not_tried_from_many_places():
    for n in range(doors.TRIES_OF_NUMBER):
        tried(address=f"10.0.0.{n}")
    with pytest.raises(Closed, match="明天"):
        tried(address="10.0.1.1")
    later(days=1, minutes=1)
    tried(address="10.0.1.1")


@pytest.mark.django_db
def test_many_numbers_are_not_tried_from_one_place():
    for n in range(doors.TRIES_OF_ADDRESS):
        tried(number=f"YL{n}")
    with pytest.raises(Closed, match="一小时"):
        tried(number="YL999")
    tried(number="YL999", address="10.0.1.1")


@pytest.mark.django_db
def test_what_was_tried_counts_for_nothing_after_a_day():
    for n in range(doors.TRIES_OF_NUMBER):
        tried(address=f"10.0.0.{n}")
    with pytest.raises(Closed):
        tried()
    later(days=1, minutes=1)
    assert tried() is None


@pytest.mark.django_db(transaction=True)
def test_many_at_once_count_as_many():
    make_cast()

    def once():
        try:
            return tried()
        except Closed:
            return "closed"

    assert race(*[once] * THREADS).count("closed") == THREADS - doors.TRIES
    assert WrongTry.objects.count() == doors.TRIES
    connection.close_pool()

"""好差评: once for each application that is done, counted where officers read their numbers."""

import pytest
from django.test import Client

from inbox.models import Rating, RatingCount
from refunds import actions
from tests.pages import text
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def refund(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["paid"])
    return refund


def address(refund) -> str:
    return f"/interaction/ratings/{refund.number}/"


def test_what_is_done_is_rated_once_and_the_office_reads_how_often_what(cast, refund):
    client = signed_in(cast.resident)
    assert "好差评" in text(client.get("/interaction/"))
    assert "评价本次办理" in text(client.get(f"/refunds/{refund.number}/"))
    page = client.post(address(refund), {"grade": "4", "words": "很快"}, follow=True)
    assert "谢谢您的评价" in text(page)
    again = client.post(address(refund), {"grade": "1"})
    assert "已经评价过" in text(again)
    assert Rating.objects.get().grade == 4
    assert RatingCount.objects.get().count == 1
    assert "好差评" not in text(client.get("/interaction/")), "nothing is left to be rated"
    for officer in (cast.reviewer, cast.countersigner, cast.auditor):
        page = text(signed_in(officer).get("/review/statistics/"))
        assert "好差评（1 件）" in page
        assert "很快" in page
    assert "好差评（0 件）" in text(signed_in(cast.outsider).get("/review/statistics/"))


@pytest.mark.parametrize("typed", [{}, {"grade": "6"}, {"grade": "x"}, {"grade": "5", "words": "长" * 301}])
def test_nonsense_is_answered_with_a_sentence(cast, refund, typed):
    assert signed_in(cast.resident).post(address(refund), typed).status_code == 422
    assert not Rating.objects.exists()


def test_what_is_under_way_or_not_hers_is_not_rated(cast, refund):
    waiting = submitted(cast.resident, office=cast.county)
    page = signed_in(cast.resident).post(address(waiting), {"grade": "5"})
    assert "还没有办完" in text(page)
    assert signed_in(cast.stranger).post(address(refund), {"grade": "5"}).status_code == 404
    assert signed_in(cast.resident).get("/interaction/ratings/XX1/").status_code == 404
    assert not Rating.objects.exists()

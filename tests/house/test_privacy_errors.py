"""Numbers in places they were not meant for: in an address, in a refused form, in other people's free text (T29)."""

import httpx
import pytest
from django.test import Client

from handoff import deliveries
from handoff.models import Callback, Delivery, WorkItem
from handoff.wire import client as agency
from handoff.wire import messages
from refunds import actions
from refunds.models import RejectReason
from tests.house.canaries import applied, canary, crawl, dump, envelope, found, log
from tests.reports import has_left

pytestmark = pytest.mark.django_db
NOON = "2026-11-21T12:00:00+08:00"


@pytest.fixture
def bird(cast):
    bird = canary(1)
    applied(bird, cast.county)
    return bird


def signed_in(user=None, **options) -> Client:
    client = Client(raise_request_exception=False, **options)
    if user:
        client.force_login(user)
    return client


@pytest.mark.parametrize(
    "address", ["/{0}/", "/refunds/{0}/", "/review/{0}/", "/refunds/YL{0}/account/", "/nowhere/?q={0}"]
)
@pytest.mark.parametrize("secret", ["id_number", "phone", "account"])
def test_a_number_in_an_address_nobody_has_is_not_repeated_on_the_page(bird, cast, address, secret):
    url = address.format(getattr(bird, secret))
    for user in (None, bird.user, cast.reviewer):
        response = signed_in(user).get(url)
        assert response.status_code in (302, 403, 404)
        if response.status_code != 302:  # to the sign-in, and back to the very address that was typed
            assert found(response.content.decode() + envelope(response), bird.secrets) == []
    assert found(dump(), bird.secrets) == []


@pytest.mark.parametrize(
    "address", ["/refunds/{0}/", "/review/{0}/", "/nowhere/{0}/", "/review/?q={0}", "/nowhere/?q={0}"]
)
def test_a_number_in_an_address_is_not_logged(bird, cast, address):
    with log() as written:
        for user in (bird.user, cast.reviewer):
            signed_in(user).get(address.format(bird.id_number))
    assert found(written.getvalue(), bird.secrets) == []


def test_an_officer_looks_for_a_number_without_putting_it_into_an_address(bird, cast):
    """ASVS 14.2.1: addresses end up in the browser's history and in the logs of whatever stands before the portal."""
    client = signed_in(cast.reviewer)
    with log() as written:
        for typed in (bird.id_number, f" {bird.id_number[:6]} {bird.id_number[6:]}", bird.id_number.lower()):
            answer = client.post("/review/", {"q": typed})
            # Where one goes on to from there is the same however it was typed.
            pages = (
                list(crawl(client, answer.url)) if typed == bird.id_number else [(answer.url, client.get(answer.url))]
            )
            assert bird.refund.number in pages[0][1].content.decode()
            said = "".join(address + page.content.decode() + envelope(page) for address, page in pages)
            assert found(said + envelope(answer), bird.secrets) == []
        nobody = client.post("/review/", {"q": bird.phone}, follow=True)  # not what one searches by
    assert bird.refund.number not in nobody.content.decode()
    assert found(nobody.content.decode() + envelope(nobody) + written.getvalue() + dump(), bird.secrets) == []


@pytest.mark.parametrize("status", [400, 403])
def test_a_form_that_is_refused_whole_is_not_repeated(bird, status):
    data = {"account": bird.id_number, "password": bird.account, "door": "natural", "phone": bird.phone}
    if status == 400:
        data |= {f"extra{n}": "" for n in range(1001)}
    with log() as written:
        response = signed_in(enforce_csrf_checks=status == 403).post("/accounts/login/", data)
    assert response.status_code == status
    assert found(response.content.decode() + envelope(response) + written.getvalue() + dump(), bird.secrets) == []


def test_a_page_that_breaks_says_nothing_of_what_was_in_it(bird, monkeypatch):
    def broken(*args, **kwargs):
        number, phone = bird.id_number, bird.phone
        raise RuntimeError(f"broken after {len(number + phone)} characters")

    monkeypatch.setattr("refunds.views.steps", broken)
    with log() as written:
        response = signed_in(bird.user).get(f"/refunds/{bird.refund.number}/")
    assert response.status_code == 500
    assert "broken after" in written.getvalue()
    assert found(response.content.decode() + envelope(response) + written.getvalue(), bird.secrets) == []


def agency_says(bird, cast, words):
    """In the reason of a result."""
    actions.approve(bird.refund.number, by=cast.reviewer)
    has_left(f"{bird.refund.number}-1")
    row = Callback.objects.create(
        agency="hrss",
        message_id="evt",
        **messages.read(
            {"event": "bounced", "instruction_id": f"{bird.refund.number}-1", "occurred_at": NOON, "reason": words}
            | {"sequence": 1, "amount": f"{bird.refund.amount}"}
        ),
    )
    deliveries.apply(row.pk)


def agency_refuses(bird, cast, words):
    """In the answer to a message it does not take."""
    actions.approve(bird.refund.number, by=cast.reviewer)
    delivery = Delivery.objects.get(number=bird.refund.number)
    answer = agency._read(httpx.Response(400, json={"error": {"message": words}}))
    deliveries._record(delivery, answer)


def officer_remarks(bird, cast, words):
    data = {"reason": RejectReason.objects.get(code="proof").pk, "remark": words}
    signed_in(cast.reviewer).post(f"/review/{bird.refund.number}/reject/", data)


def officer_notes(bird, cast, words):
    item = WorkItem.objects.create(kind="held", agency="hrss", instruction_id="x", office=cast.county, detail="")
    signed_in(cast.reviewer).post(f"/review/items/{item.pk}/close/", {"note": words})


@pytest.mark.parametrize("somebody", [agency_says, agency_refuses, officer_remarks, officer_notes])
def test_a_number_in_somebodys_free_text_is_masked_or_refused(bird, cast, somebody):
    somebody(bird, cast, f"账号{bird.account}与证件{bird.id_number}（{bird.phone}）不符")
    assert found(dump(), bird.secrets) == []

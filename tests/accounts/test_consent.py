"""What one agrees to: asked before it is needed, and kept."""

import pytest
from django.urls import reverse

from accounts.models import Consent
from accounts.own import consent
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/accounts/consent/"


def test_whoever_has_not_agreed_to_the_notice_of_today_is_asked_first_and_goes_on(client, db):
    user = UserFactory(agreed={"notice": "2020-01"})
    client.force_login(user)
    response = client.get("/user-center/?a=1")
    assert response.url == f"{PAGE}?next=/user-center/%3Fa%3D1"
    assert client.get("/accounts/notice/").status_code == 200
    refused = client.post(PAGE, {"next": "/user-center/"})
    assert (refused.status_code, Consent.objects.count()) == (422, 0)
    assert client.post(PAGE, {"agree": "on", "next": "/user-center/?a=1"}).url == "/user-center/?a=1"
    assert client.get("/user-center/").status_code == 200
    assert Consent.objects.get().version == consent.VERSION


@pytest.mark.parametrize("address", ["/pension/apply/?payment=1", "/bankreports/add/"])
def test_before_a_bank_account_is_given_she_agrees_to_that_by_itself(client, db, address):
    user = UserFactory(agreed={"notice": consent.VERSION})
    client.force_login(user)
    response = client.get(address)
    assert response.url.startswith(f"{PAGE}?to=account")
    assert "敏感个人信息" in client.get(response.url).content.decode()
    client.post(PAGE, {"agree": "on", "to": "account"})
    assert list(Consent.objects.values_list("to", flat=True)) == ["account"]
    assert not client.get(address).headers.get("Location", "").startswith(PAGE)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", PAGE])
def test_after_it_one_goes_on_within_the_portal_only(client, db, wanted):
    client.force_login(UserFactory(agreed={}))
    assert client.post(PAGE, {"agree": "on", "next": wanted}).url == "/"


def test_clerks_and_officers_are_not_asked(client, db):
    client.force_login(UserFactory(clerk=True, agreed={}))
    assert client.get(reverse("tax-service")).status_code == 200
    assert client.get(PAGE).status_code == 403


def test_what_is_no_address_leads_home(client, resident):
    """Found by the fuzzed forms: it was taken for the name of a view."""
    client.force_login(resident)
    said = {"to": "notice", "agree": "on", "next": "''; DROP TABLE accounts_user; --"}
    assert client.post("/accounts/consent/", said).headers["Location"] == "/"

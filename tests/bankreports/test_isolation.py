"""What is not yours does not exist; and the doors that are not for you are closed."""

import uuid

import pytest

from bankreports.models import DepositAccountRecord, DepositAccountReport
from tests.accounts.factories import UserFactory
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, reported, typed
from tests.bankreports.reading import ADD, CHECK, REMOVE, URL, change_url, close_url, edit_url
from tests.pages import text

pytestmark = pytest.mark.django_db
OWNERS = pytest.mark.parametrize("owner", ["resident", "clerk"])
OTHERS = pytest.mark.parametrize("other", ["stranger", "clerk", "resident", "other_clerk"])


@pytest.fixture
def people(cast):
    """The cast, with a clerk of another village of the same office."""
    cast.other_clerk = UserFactory(clerk=True, organisation__office=cast.county)
    return cast


def snapshot():
    """Everything stored, to be compared."""
    tables = (DepositAccountReport, DepositAccountRecord)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


@OWNERS
@OTHERS
def test_somebody_elses_accounts_do_not_exist(client, people, owner, other):
    if owner == other:
        return
    owner, other = getattr(people, owner), getattr(people, other)
    account, draft = reported(owner, OTHER_ACCOUNT), drafted(owner)
    client.force_login(other)
    before = snapshot()
    for url in (edit_url(draft), edit_url(account), change_url(account), change_url(draft), close_url(account)):
        assert client.get(url).status_code == 404
        data = typed(other, "95599000000000017", changed_on="2026-02-01", closed_on="2026-02-01")
        assert client.post(url, data).status_code == 404
    assert snapshot() == before
    assert "0018" not in text(client.get(URL))
    assert client.get(CHECK).status_code == 302


def test_ones_own_submitted_record_is_not_modified_by_its_address(client, resident):
    account = reported(resident)
    before = snapshot()
    assert client.get(edit_url(account)).status_code == 404
    assert client.post(edit_url(account), typed(resident, "", remark="改")).status_code == 404
    assert snapshot() == before


def test_what_is_only_in_the_draft_is_neither_changed_nor_closed(client, resident):
    draft = drafted(resident)
    assert client.get(change_url(draft)).status_code == 404
    assert client.get(close_url(draft)).status_code == 404


def test_what_nobody_has_does_not_exist_either(client, resident):
    for path in (f"records/{uuid.uuid4()}/", f"accounts/{uuid.uuid4()}/change/", "records/1/", "accounts/x/close/"):
        assert client.get(URL + path).status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "countersigner", "auditor", "outsider"])
def test_officers_do_not_come_in(client, people, role):
    account, draft = reported(people.resident, OTHER_ACCOUNT), drafted(people.resident)
    client.force_login(getattr(people, role))
    urls = (URL, ADD, CHECK, edit_url(draft), change_url(account), close_url(account), f"{URL}?next=/medical/")
    for url in urls:
        assert client.get(url).status_code == 403
        assert client.post(url, {}).status_code == 403
    assert client.post(REMOVE, {"record": draft.pk}).status_code == 403
    assert DepositAccountRecord.objects.filter(pk=draft.pk).exists()


def test_whoever_is_not_signed_in_is_led_to_the_door(client, people):
    account, draft = reported(people.resident, OTHER_ACCOUNT), drafted(people.resident)
    for url in (URL, ADD, CHECK, edit_url(draft), change_url(account), close_url(account)):
        for answer in (client.get(url), client.post(url, {})):
            assert answer.status_code == 302
            assert answer.url.startswith("/accounts/login/?next=")
    assert client.post(REMOVE, {"record": draft.pk}).url.startswith("/accounts/login/")
    assert DepositAccountRecord.objects.filter(pk=draft.pk).exists()


def test_the_check_page_of_another_shows_no_number(client, people):
    drafted(people.resident)
    client.force_login(people.stranger)
    assert ACCOUNT not in client.get(CHECK, follow=True).content.decode().replace(" ", "")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_only_asking_and_sending_is_understood(client, resident, method):
    for url in (URL, ADD, CHECK, REMOVE):
        assert getattr(client, method)(url).status_code == 405

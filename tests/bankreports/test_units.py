"""What a village may report and a resident may not, and the other way round (I-24, I-33, domain.md B1)."""

import pytest

from bankreports import register
from bankreports.models import AccountKind, DepositAccountReport
from tests.accounts.factories import UserFactory
from tests.bankreports.factories import in_draft, in_force, submit, typed
from tests.bankreports.reading import ADD, URL, confirm, error_at
from tests.pages import text

pytestmark = pytest.mark.django_db
BOTH = ["1110", "1120"]
RESIDENTS = ["1200", "T104"]
UNITS = ["T101", "T102", "T103", "T105"]
WITH_CERTIFICATE = ["1110", "T101", "T102", "T103"]


def test_these_are_all_kinds_there_are():
    assert {kind.code for kind in AccountKind.objects.all()} == {*BOTH, *RESIDENTS, *UNITS}


@pytest.mark.parametrize("kind", BOTH + RESIDENTS)
def test_a_resident_may_have_these_kinds_and_needs_no_certificate(client, resident, kind):
    assert client.post(ADD, typed(resident, account_kind=kind)).status_code == 302


@pytest.mark.parametrize("kind", UNITS)
def test_an_account_of_units_is_not_a_residents(client, resident, kind):
    words = error_at(client.post(ADD, typed(resident, account_kind=kind)), "account_kind")
    assert f"“{AccountKind.objects.get(pk=kind)}”是单位的账户" in words
    assert "请选择“一般存款账户”" in words


@pytest.mark.parametrize("kind", BOTH + UNITS)
def test_a_unit_may_have_these_kinds(client, clerk, kind):
    assert client.post(ADD, typed(clerk, account_kind=kind)).status_code == 302


@pytest.mark.parametrize("kind", RESIDENTS)
def test_an_account_of_residents_is_not_a_units(client, clerk, kind):
    words = error_at(client.post(ADD, typed(clerk, account_kind=kind)), "account_kind")
    assert f"“{AccountKind.objects.get(pk=kind)}”是个人的账户" in words
    assert "请选择基本存款账户或一般存款账户" in words


@pytest.mark.parametrize("kind", WITH_CERTIFICATE)
@pytest.mark.parametrize("empty", ["", "　 "])
def test_a_unit_needs_the_certificate_of_such_an_account(client, clerk, kind, empty):
    response = client.post(ADD, typed(clerk, account_kind=kind, certificate_number=empty))
    assert response.status_code == 422
    words = error_at(response, "certificate_number")
    assert f"{AccountKind.objects.get(pk=kind)}须填写银行开户登记证号" in words
    assert "开户许可证" in words


@pytest.mark.parametrize("kind", ["1120", "T105"])
def test_a_unit_needs_no_certificate_of_other_accounts(client, clerk, kind):
    assert client.post(ADD, typed(clerk, account_kind=kind, certificate_number="")).status_code == 302


def test_a_certificate_is_kept_in_half_width_capitals(client, clerk):
    client.post(ADD, typed(clerk, certificate_number=" ｊ５２１００００００ "))
    assert in_draft(clerk)[0].certificate_number == "J521000000"


def test_the_account_of_a_village_bears_the_villages_name_and_not_the_clerks(client, clerk):
    words = error_at(client.post(ADD, typed(clerk, account_name=clerk.person.name)), "account_name")
    assert f"“{clerk.organisation.name}”" in words


def test_the_report_of_a_village_is_the_villages_and_not_the_clerks(client, clerk):
    client.post(ADD, typed(clerk))
    confirm(client)
    report = DepositAccountReport.objects.get()
    assert (report.organisation, report.person, report.by) == (clerk.organisation, None, clerk)
    assert list(register.usable(clerk.person)) == []
    assert [account.organisation for account in in_force(clerk)] == [clerk.organisation]


def test_a_fellow_clerk_goes_on_where_the_first_one_stopped(client, clerk, fellow_clerk):
    client.post(ADD, typed(clerk))
    client.force_login(fellow_clerk)
    assert "**** 0018" in text(client.get(URL))
    confirm(client)
    assert DepositAccountReport.objects.get().by == fellow_clerk
    assert [account.report.by for account in in_force(clerk)] == [fellow_clerk]


def test_the_accounts_of_a_village_are_not_those_of_its_clerk_as_a_resident(client, clerk):
    client.post(ADD, typed(clerk))
    submit(clerk)
    resident = UserFactory(resident=True, person=clerk.person)
    client.force_login(resident)
    assert "**** 0018" not in text(client.get(URL))

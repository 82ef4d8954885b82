"""公众服务: what is asked most, whom to call and where to go, before any sign-in."""

import pytest

from accounts.models import TaxOffice
from tests.accounts.factories import OfficeFactory
from tests.pages import find_all, text, tree
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
URL = "/public-service/"


@pytest.fixture
def offices(cast):
    TaxOffice.objects.filter(pk=cast.county.pk).update(
        address="汉川市演示大道 1 号", hotline="0712-0000001 转 2", hours="周一至周五"
    )
    OfficeFactory(name="没有地址的局")
    cast.county.refresh_from_db()
    return cast


def test_it_answers_without_a_sign_in_and_a_phone_dials(client, offices):
    page = client.get(URL)
    for words in ("我的缴费能不能退？", "汉川市演示大道 1 号", "周一至周五", "村组名单模板"):
        assert words in text(page), words
    dialled = {
        node["attrs"]["href"] for node in find_all(tree(page), lambda tag, a: a.get("href", "").startswith("tel:"))
    }
    assert {"tel:12366", "tel:12333", "tel:12393", "tel:07120000001"} <= dialled


def test_who_is_signed_in_reads_of_her_own_office(client, offices):
    TaxOffice.objects.filter(pk=offices.elsewhere.pk).update(address="华容区演示路 2 号")
    submitted(offices.resident, office=offices.elsewhere)
    client.force_login(offices.resident)
    page = text(client.get(URL))
    assert "华容区演示路 2 号" in page
    assert "汉川市演示大道 1 号" not in page


@pytest.mark.parametrize(
    ("find", "found"),
    [("汉川", True), ("演示大道", True), ("武汉", False), ("\0", True), ("汉川" * 99, False), ("%", False)],
)
def test_an_office_is_found_by_its_name_or_its_address(client, offices, find, found):
    page = text(client.get(f"{URL}offices/", {"find": find}))
    assert ("国家税务总局汉川市税务局" in page) == found
    assert found or "请少写几个字" in page


def test_the_template_of_a_list_is_there_for_everybody(client, db):
    response = client.get("/pension/village/template.xlsx")
    assert response.status_code == 200
    assert response["Content-Disposition"].endswith('"template.xlsx"')

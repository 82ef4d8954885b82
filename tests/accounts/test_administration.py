"""管理端: the administrator keeps people and data, and sees no application."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Change, Load
from pension.models import PensionRefund
from tests.accounts.factories import OfficeFactory, UserFactory, resident_number
from tests.pages import text
from tests.pension.factories import submitted

pytestmark = [pytest.mark.django_db]
PAGES = ["home", "names", "corrections", "staff", "staff-new", "offices", "loads", "changes"]


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    client.force_login(user)
    return user


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_for_the_administrator_alone(client, cast, administrator, page):
    assert client.get(reverse(f"administration:{page}")).status_code == 200
    for other in (cast.reviewer, cast.auditor, cast.resident):
        client.force_login(other)
        assert client.get(reverse(f"administration:{page}")).status_code == 403


def test_she_sees_no_application(client, cast, administrator):
    refund = submitted(cast.resident, office=cast.county)
    assert not PensionRefund.objects.visible_to(administrator).exists()
    assert client.get(reverse("review:case", args=[refund.number])).status_code == 403


@override_settings(STAFF_SECOND_FACTOR=True)
def test_she_proves_a_second_factor_as_others_do(client, administrator):
    response = client.get(reverse("administration:home"))
    assert response.url.startswith(reverse("accounts:second-factor"))


def test_a_new_officer_gets_an_account_and_it_is_on_record(client, cast, administrator):
    typed = {"name": "钱新", "number": resident_number(24000), "phone": "19800000001", "username": "qianxin"}
    typed |= {"role": "reviewer", "office": cast.county.pk}
    page = client.post(reverse("administration:staff-new"), typed)
    assert "初始密码" in page.content.decode()
    assert Change.objects.get().by == administrator


def confirm(client, user, do, **typed):
    """As the page before it asks."""
    client.post(reverse("administration:leaving"), {"do": do, "username": user.username, "confirmed": "yes"} | typed)


@pytest.mark.parametrize("do", ["disable", "password"])
def test_what_is_done_to_an_account_ends_its_sign_in(client, cast, administrator, do):
    officer = Client()
    officer.force_login(cast.reviewer)
    client.post(reverse("administration:account", args=[cast.reviewer.username]), {"do": do})
    if do == "disable":
        confirm(client, cast.reviewer, do)
    assert officer.get(reverse("review:queue")).status_code == 302
    assert Change.objects.get().about == cast.reviewer


def test_somebody_may_be_called_as_an_address_is(client, cast, administrator):
    UserFactory(reviewer=True, office=cast.county, username="new")
    assert "工作人员账户" in text(client.get(reverse("administration:account", args=["new"])))


def test_an_officer_moves_to_another_office(client, cast, administrator):
    office = OfficeFactory()
    confirm(client, cast.reviewer, "move", office=office.pk)
    cast.reviewer.refresh_from_db()
    assert cast.reviewer.office == office


def loaded(*, refused: int, name: str = "七月.csv") -> Load:
    numbers = {"read": refused, "added": 0, "updated": 0, "unchanged": 0, "refused": refused}
    about = {"feed": "养老缴费", "file_name": name, "sha256": "0" * 64, "by": "王管理"}
    return Load.objects.create(**about, **numbers, started_at=timezone.now(), rejected="票证号码,拒绝原因\n")


def test_refused_rows_are_told_of_for_a_week_however_many_loads_came_since(client, administrator):
    loaded(refused=3)
    for _ in range(6):
        loaded(refused=0)
    figure = text(client.get(reverse("administration:home"))).split("载入被拒的行")[1]
    assert figure.split("没有审核人的机关")[0].split() == ["3", "行", "7", "天内", "1", "个文件"]


def test_the_refused_rows_of_a_load_are_taken_as_a_file_and_that_is_on_record(client, administrator):
    load = loaded(refused=1)
    assert "1，下载 七月.csv 被拒的行" in text(client.get(reverse("administration:loads")))
    file = client.post(reverse("administration:load-rejected", args=[load.pk]))
    assert file.content.decode("utf-8-sig") == "票证号码,拒绝原因\n"
    assert Change.objects.get().by == administrator


def test_a_file_name_too_long_for_the_record_is_seen_to_be_cut(client, administrator):
    client.post(reverse("administration:load-rejected", args=[loaded(refused=1, name="七" * 150).pk]))
    assert Change.objects.get().what.endswith("七…")


def test_an_account_shows_its_newest_changes_and_leads_to_all_of_them(client, cast, administrator):
    for account in (cast.reviewer, cast.colleague):
        client.post(reverse("administration:account", args=[account.username]), {"do": "password"})
    page = text(client.get(reverse("administration:account", args=[cast.reviewer.username])))
    assert "最近的更改" in page
    shown = client.get(reverse("administration:changes"), {"about": cast.reviewer.username})
    assert (text(shown).count("已重置"), Change.objects.count()) == (1, 2)


def test_she_has_no_messages_and_is_shown_none(client, administrator):
    page = client.get(reverse("accounts:password"))
    assert reverse("inbox:list") not in page.content.decode()


def test_her_own_account_is_for_another_administrator(client, administrator):
    page = client.post(reverse("administration:account", args=[administrator.username]), {"do": "disable"})
    assert page.status_code == 409


def test_an_office_without_an_officer_is_told_of_whether_another_decides_for_it_or_nobody(client, cast, administrator):
    home = client.get(reverse("administration:home")).content.decode()
    assert "每个机关都有审核人" in home
    OfficeFactory(name="马口税务分局", parent=cast.county)
    cast.outsider.is_active = False
    cast.outsider.save()
    home = client.get(reverse("administration:home")).content.decode()
    assert "国家税务总局华容区税务局等，现在无人审核" in home

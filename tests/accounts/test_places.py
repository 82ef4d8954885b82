"""税务机关 and 村组(单位), typed one at a time by an administrator."""

import pytest
from django.urls import reverse

from accounts.models import Change, Organisation, TaxOffice
from refunds import actions
from refunds.models import RejectReason
from tests.accounts.factories import OfficeFactory, UserFactory
from tests.pages import text
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    Organisation.objects.update(tax_number="420984000000001")  # made up, so of the old kind: without a check digit
    cast.clerk.organisation.refresh_from_db()
    client.force_login(user)
    return user


def typed(village, **other):
    names = ("name", "tax_number", "kind", "division", "office_id")
    return {name: getattr(village, name) for name in names} | other


def test_a_village_that_moves_takes_its_undecided_batch_along_and_that_is_on_record(client, cast, administrator):
    batch = submit_batch(make_village(cast.clerk, people=3), cast.clerk)
    village, there = cast.clerk.organisation, OfficeFactory(parent=cast.province)
    page = reverse("administration:organisation", args=[village.pk])
    assert "已保存" in text(client.post(page, typed(village, office_id=there.pk), follow=True))
    assert type(batch).objects.get(pk=batch.pk).office == there
    change = Change.objects.get()
    assert (change.by, change.before, change.after) == (
        administrator,
        f"税务机关 {village.office_id}",
        f"税务机关 {there.pk}",
    )
    assert change.after in text(client.get(page))


def test_what_is_decided_stays_with_the_office_that_decided_it(client, cast, administrator):
    batch = submit_batch(make_village(cast.clerk, people=3), cast.clerk)
    actions.reject(batch.number, by=cast.reviewer, reason=RejectReason.objects.first(), remark="名单不全。")
    village = cast.clerk.organisation
    there = OfficeFactory(parent=cast.province)
    client.post(reverse("administration:organisation", args=[village.pk]), typed(village, office_id=there.pk))
    assert type(batch).objects.get(pk=batch.pk).office == cast.county


def test_an_office_is_added_below_another_one_and_found_in_the_tree(client, cast, administrator):
    new = {"code": "14209840099", "name": "汉川市税务局新河分局", "division": "420984", "parent_id": cast.county.pk}
    new |= {"address": "新河镇 1 号", "hotline": "0712-8280001"}
    assert "已新增" in text(client.post(reverse("administration:office-new"), new, follow=True))
    office = TaxOffice.objects.get(pk=new["code"])
    assert (office.path, office.hotline) == (f"{cast.county.path}{office.pk}/", "0712-8280001")
    assert Change.objects.get().what == f"税务机关 {office.pk}"


def test_what_a_file_may_not_say_may_not_be_typed(client, cast, administrator):
    """The sentence stands at its field, and nothing is changed or on record."""
    page = reverse("administration:office", args=[cast.province.pk])
    office = {"name": cast.province.name, "division": cast.province.division}
    beneath = client.post(page, office | {"parent_id": cast.county.pk})
    assert beneath.status_code == 422
    assert "成了一个圈" in text(beneath)
    assert "电话应为数字" in text(client.post(page, office | {"hotline": "问门卫"}))
    again = {"code": cast.county.pk, "name": "重复", "division": "420984"}
    assert "已经登记" in text(client.post(reverse("administration:office-new"), again))
    assert not Change.objects.exists()


def test_nothing_changed_is_no_change(client, cast, administrator):
    village = cast.clerk.organisation
    page = client.post(reverse("administration:organisation", args=[village.pk]), typed(village), follow=True)
    assert "没有改变什么" in text(page)
    assert not Change.objects.exists()


def test_villages_are_found_by_how_name_or_number_begins_in_as_many_queries_as_ever(
    client, cast, administrator, django_assert_num_queries
):
    page, village = reverse("administration:organisations"), cast.clerk.organisation
    client.get(page)
    for n in range(2):
        Organisation.objects.create(
            pk=f"99990000{n}", name=f"某村{n}", tax_number="1" * 9, kind="村", division="420984", office=cast.county
        )
    with django_assert_num_queries(6):
        everyone = text(client.get(page))
    assert village.name in everyone
    assert "某村1" in everyone
    assert village.name not in text(client.get(page, {"q": "99990"}))

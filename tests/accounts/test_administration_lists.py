"""What is done to many rows of a list of 管理端 at once, and its lists as files."""

import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Change, Load, NameChange
from refunds import actions
from tests.accounts.factories import OfficeFactory, PersonFactory, UserFactory
from tests.pages import text
from tests.pension.factories import submitted

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    client.force_login(user)
    return user


@pytest.fixture
def renamed():
    return [
        NameChange.objects.create(person=PersonFactory(), old_name="旧名", new_name="新名", seen_in="缴费记录")
        for _ in range(3)
    ]


def test_more_names_than_a_page_has_are_not_done_in_part(client, administrator, renamed):
    typed = {"name": [renamed[0].pk, *range(10**6, 10**6 + 50)], "evidence": "公安机关名单", "do": "confirm"}
    page = client.post(reverse("administration:names"), typed)
    assert "一次最多处理 50 人，没有做任何更改" in text(page)
    assert NameChange.objects.filter(state="waiting").count() == 3


def export(client, code, **asked):
    response = client.post(reverse("administration:export", args=[code]), {"format": "csv"} | asked)
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_names_that_are_ticked_are_confirmed_together(client, administrator, renamed):
    typed = {"name": [one.pk for one in renamed[:2]], "evidence": "公安机关名单", "do": "confirm"}
    assert "2 人：已确认" in text(client.post(reverse("administration:names"), typed, follow=True))
    assert [NameChange.objects.get(pk=one.pk).state for one in renamed] == ["confirmed", "confirmed", "waiting"]
    assert NameChange.objects.filter(evidence="公安机关名单", decided_by=administrator).count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"), [({"evidence": "派出所证明 7 号"}, "请先勾选"), ({"name": "first"}, "请写明看过的材料")]
)
def test_what_is_missing_is_said_and_what_was_ticked_and_typed_stays(client, administrator, renamed, typed, sentence):
    typed = typed | ({"name": renamed[0].pk} if "name" in typed else {})
    response = client.post(reverse("administration:names"), typed | {"do": "confirm"})
    assert response.status_code == 422
    assert sentence in text(response)
    assert ("checked" in response.text) is ("name" in typed)
    assert ('value="派出所证明 7 号"' in response.text) is ("evidence" in typed)


def test_several_officers_are_enabled_at_once(client, cast, administrator):
    for user in (cast.reviewer, cast.colleague):
        user.is_active = False
        user.save()
    typed = {"do": "enable", "username": [cast.reviewer.username, cast.colleague.username]}
    client.post(reverse("administration:leaving"), typed)
    for user in (cast.reviewer, cast.colleague):
        user.refresh_from_db()
        assert user.is_active


def test_the_list_of_staff_says_how_many_cases_each_works_on(client, cast, administrator):
    for _ in range(2):
        actions.take(submitted(UserFactory(resident=True), office=cast.county).number, by=cast.reviewer)
    lines = export(client, "staff", role="reviewer").splitlines()
    assert [line.split(",")[6] for line in lines if cast.reviewer.username in line] == ["2"]
    assert cast.auditor.username not in "".join(lines)
    assert Change.objects.get(by=administrator).after == "审核人，CSV"


@pytest.mark.parametrize("code", ["staff", "offices", "loads", "changes", "names"])
def test_each_list_is_taken_as_an_excel_file_and_that_is_on_record(client, administrator, renamed, code):
    response = client.post(reverse("administration:export", args=[code]), {"format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book.active.max_column >= 5
    assert Change.objects.get(by=administrator).what.startswith("导出")


def test_no_cell_of_a_file_is_computed_and_no_number_is_whole(client, administrator, renamed):
    OfficeFactory(name="=1+1")
    assert "'=1+1," in export(client, "offices")
    number = renamed[0].person.id_number.reveal("in a test")
    assert number not in export(client, "names")


def test_a_list_that_is_not_there_is_no_file(client, administrator):
    assert client.post(reverse("administration:export", args=["people"])).status_code == 404


def test_a_load_has_a_page_with_its_hash_and_what_was_said_of_it(client, administrator):
    counts = {"read": 5, "added": 1, "updated": 2, "unchanged": 1, "refused": 1}
    load = Load.objects.create(
        feed="养老缴费",
        file_name="七月.csv",
        sha256="ab" * 32,
        by="王",
        notes="甲\n乙",
        started_at=timezone.now(),
        **counts,
    )
    assert reverse("administration:load", args=[load.pk]) in client.get(reverse("administration:loads")).text
    page = text(client.get(reverse("administration:load", args=[load.pk])))
    assert all(words in page for words in ("ab" * 32, "5 行", "甲", "乙"))


def test_the_first_page_shows_who_waits_and_how_the_portal_stands(client, administrator, renamed):
    page = text(client.get(reverse("administration:home")))
    assert "旧名 改为 新名" in page
    assert "没有在运行，请联系运维人员" in page

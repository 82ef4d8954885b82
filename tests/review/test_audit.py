"""审计: what people did, for the auditor alone; read, never changed."""

import re

import pytest
from django.db import DatabaseError, transaction

from accounts.models import PhoneChange, SignIn
from accounts.own import phone as phones
from handoff.models import WorkItem
from review.audit.trails import TRAILS
from review.models import Disclosure, Export, LookUp
from tests.accounts.factories import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/review/audit/"
CODES = [trail.code for trail in TRAILS]


def page(client, code="") -> str:
    return client.get(ADDRESS + (f"{code}/" if code else "")).content.decode()


@pytest.fixture
def auditor(client, cast):
    client.force_login(cast.auditor)
    return client


def test_every_trail_opens_and_says_when_there_is_nothing(auditor):
    for trail in TRAILS:
        shown = page(auditor, trail.code)
        assert f"审计：{trail.label}" in shown
        assert trail.nothing in shown or trail.code == "sign-ins"


def test_who_took_a_file_is_told_with_how_much_of_it(client, auditor, cast):
    for rows in (12, None):
        Export.objects.create(
            by=cast.reviewer, kind="applications", format="csv", words="全部申请 · 2024 年度", rows=rows
        )
    shown = page(auditor, "exports")
    for words in (cast.reviewer.display_name, "申请清单（CSV）", "全部申请 · 2024 年度", ">12<", "没有下载完"):
        assert words in shown


def test_whose_number_was_shown_to_whom_and_what_for_is_told_with_how_often(auditor, cast):
    for words in ("", "邻居代办"):
        Disclosure.objects.create(
            number="YL1", office=cast.county, field="account", purpose="other", words=words, by=cast.reviewer
        )
    Disclosure.objects.create(number="YL2", office=cast.elsewhere, field="phone", purpose="caller", by=cast.outsider)
    shown = page(auditor, "disclosures")
    for words in ("YL1", "银行账号", "其他（写明）：邻居代办", "电话核实本人", cast.reviewer.display_name):
        assert words in shown
    counted = re.findall(r'<span class="cell">(\d+)</span>', shown.split("天谁做得最多</caption>")[1])[:2]
    assert counted == ["2", "1"]


def test_who_looked_for_a_number_is_told_but_not_which(auditor, cast):
    LookUp.objects.create(by=cast.reviewer, office=cast.county, kind="phone", found=3, sought=b"secret of 32 bytes")
    shown = page(auditor, "look-ups")
    assert "完整手机号" in shown
    assert cast.reviewer.display_name in shown
    assert "secret" not in shown


def test_who_signed_in_from_where_is_told_but_not_residents(client, auditor, cast):
    client.force_login(cast.resident)
    client.force_login(cast.clerk)
    client.force_login(cast.auditor)
    shown = page(client, "sign-ins")
    assert cast.clerk.username in shown
    assert cast.resident.username not in shown


def test_a_real_sign_in_is_noted_with_its_address(client, cast):
    client.post(
        "/accounts/login/?door=tax",
        {"door": "tax", "account": cast.reviewer.username, "password": "Tuifei@2026"},
        REMOTE_ADDR="10.1.2.3",
    )
    assert list(SignIn.objects.values_list("user", "address")) == [(cast.reviewer.pk, "10.1.2.3")]


def test_work_items_are_told_also_when_they_are_closed(auditor, cast):
    WorkItem.objects.create(
        kind="held", agency="hrss", instruction_id="YL1-1", office=cast.county, detail="没有应答",
        closed_at="2026-11-20T02:00:00Z", closed_by=cast.reviewer, note="已电话联系",
    )  # fmt: skip
    shown = page(auditor, "items")
    for words in ("没有应答", "已电话联系", cast.reviewer.display_name, "2026-11-20 10:00"):
        assert words in shown


def test_an_auditor_of_one_city_sees_that_city(client, cast):
    Export.objects.create(by=cast.outsider, kind="statistics", format="xlsx", words="别处")
    Export.objects.create(by=cast.reviewer, kind="statistics", format="xlsx", words="本处")
    client.force_login(UserFactory(auditor=True, office=cast.city))
    shown = page(client, "exports")
    assert ("本处" in shown, "别处" in shown) == (True, False)


@pytest.mark.parametrize("code", CODES)
def test_a_trail_costs_the_same_however_long_it_is(auditor, cast, code, django_assert_max_num_queries):
    counted = []
    for _ in range(2):
        with django_assert_max_num_queries(30) as captured:
            page(auditor, code)
        counted.append(len(captured))
        for n in range(5):
            someone = UserFactory(reviewer=True, office=cast.county)
            Export.objects.create(by=someone, kind="statistics", format="csv", words="本页")
            SignIn.objects.create(user=someone)
            phones.change(PersonFactory(), "19900009999", by=someone, evidence="窗口办理；身份证原件")
            LookUp.objects.create(by=someone, office=cast.county, kind="phone", found=1, sought=b"1")
            Disclosure.objects.create(number="YL1", office=cast.county, field="account", purpose="papers", by=someone)
            WorkItem.objects.create(
                kind="held", agency="hrss", instruction_id=f"YL{n}-1", office=cast.county, detail="", closed_by=someone,
                closed_at="2026-11-20T02:00:00Z",
            )  # fmt: skip
    assert counted[0] == counted[1]


@pytest.mark.parametrize("who", ["reviewer", "countersigner", "clerk", "resident"])
def test_nobody_else_comes_in(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get(ADDRESS).status_code == 403


def test_a_trail_that_does_not_exist_is_not_found(auditor):
    assert auditor.get(f"{ADDRESS}nothing/").status_code == 404


@pytest.mark.parametrize("rows", [Export, SignIn, PhoneChange])
def test_what_was_noted_is_never_taken_away(auditor, cast, rows):
    Export.objects.create(by=cast.reviewer, kind="statistics", format="csv", words="本页")
    phones.change(PersonFactory(), "19900009999", by=cast.reviewer, evidence="窗口办理；身份证原件")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.objects.all().delete()

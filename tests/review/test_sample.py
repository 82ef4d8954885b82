"""抽查: chance chooses, anybody can choose the same again, and what was found stands with a name."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from refunds import actions
from review.models import Sample, SampledCase
from review.sample.drawing import chosen
from tests.accounts.factories import UserFactory
from tests.injury.factories import submitted as injury_submitted
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
ADDRESS = "/review/sample/"


@pytest.fixture
def decided(cast):
    """Twelve passed cases of the county, one of another scheme, one of elsewhere, one undecided."""
    refunds = [submitted(UserFactory(resident=True), office=cast.county, amount="500") for _ in range(12)]
    refunds.append(injury_submitted(UserFactory(resident=True), office=cast.county))
    for refund in refunds:
        actions.approve(refund.number, by=cast.reviewer)
    far = submitted(UserFactory(resident=True), office=cast.elsewhere)
    actions.approve(far.number, by=cast.outsider)
    submitted(UserFactory(resident=True), office=cast.county)
    return {refund.number for refund in refunds}


def asked(cast, **changes) -> dict:
    today = timezone.localdate()
    usual = {"office": cast.county.code, "scheme": "", "since": today.isoformat(), "until": today.isoformat()}
    return usual | {"size": "5", "seed": "271828"} | changes


@pytest.fixture
def drawn(client, cast, decided):
    client.force_login(cast.countersigner)
    client.post(ADDRESS, asked(cast))
    return Sample.objects.get()


def numbers(sample) -> list[str]:
    return list(sample.cases.order_by("position").values_list("number", flat=True))


def test_the_same_number_draws_the_same_cases_and_another_draws_others(client, cast, decided, drawn):
    client.post(ADDRESS, asked(cast))
    client.post(ADDRESS, asked(cast, seed="3"))
    first, again, other = Sample.objects.order_by("id")
    assert numbers(first) == numbers(again) == chosen(first)
    assert numbers(other) != numbers(first)
    assert set(numbers(first) + numbers(other)) <= decided


def test_the_days_stand_in_their_boxes(client, cast):
    client.force_login(cast.countersigner)
    assert f'value="{timezone.localdate().isoformat()}"' in client.get(ADDRESS).content.decode()


def test_without_a_number_of_her_own_chance_gives_one(client, cast, decided):
    client.force_login(cast.countersigner)
    response = client.post(ADDRESS, asked(cast, seed=""))
    sample = Sample.objects.get()
    assert response.url == f"{ADDRESS}{sample.pk}/"
    assert 1 <= sample.seed <= 999_999


def test_all_of_them_are_drawn_when_there_are_fewer(client, cast, decided):
    client.force_login(cast.countersigner)
    client.post(ADDRESS, asked(cast, size="200"))
    sample = Sample.objects.get()
    assert sample.size == 13
    assert set(numbers(sample)) == decided


def test_nobody_looks_again_at_her_own_decision(client, cast, settings):
    settings.COUNTERSIGN_LIMIT = "0.01"
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    actions.countersign(refund.number, by=cast.countersigner)
    client.force_login(cast.countersigner)
    response = client.post(ADDRESS, asked(cast))
    assert response.status_code == 422
    assert "这些条件下没有已作出决定的申请" in response.content.decode()
    assert not Sample.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"size": "0"}, "件数请填写 1 到 200 的整数，例如 20。"),
        ({"size": "201"}, "件数请填写 1 到 200 的整数，例如 20。"),
        ({"seed": "x"}, "抽样号请填写 1 到 999,999 的整数"),
        ({"since": ""}, "请填写审核日期起。"),
        ({"since": "2026-13-01"}, "审核日期起请写成 2026-03-05 这样的日期。"),
        ({"until": "2020-01-01"}, "审核日期的止早于起，请核对。"),
        ({"office": "000"}, "没有这个税务机关，或不在您的范围内。"),
        ({"scheme": "\0"}, "没有这个险种，请从列表中选择。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, cast, changes, sentence):
    client.force_login(cast.countersigner)
    response = client.post(ADDRESS, asked(cast) | changes)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    if "seed" not in changes:
        assert 'value="271828"' in page


def test_what_she_finds_is_kept_and_the_next_case_follows(client, cast, drawn):
    page = client.get(f"{ADDRESS}{drawn.pk}/1/").content.decode()
    assert numbers(drawn)[0] in page
    response = client.post(f"{ADDRESS}{drawn.pk}/1/", {"verdict": "fits"})
    assert response.url == f"{ADDRESS}{drawn.pk}/2/"
    client.post(f"{ADDRESS}{drawn.pk}/2/", {"verdict": "wrong", "words": "没有核对账户"})
    case = drawn.cases.get(position=2)
    assert (case.verdict, case.words, case.seen_by) == ("wrong", "没有核对账户", cast.countersigner)
    assert "符合 1 件，有问题 1 件，未复查 3 件" in client.get(f"{ADDRESS}{drawn.pk}/").content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "请选择符合或有问题。"),
        ({"verdict": "wrong"}, "结论是有问题时，请写明问题是什么。"),
        ({"verdict": "wrong", "words": "420984196003150007"}, "这里不能写证件号码"),
    ],
)
def test_a_finding_that_says_too_little_or_too_much_is_not_kept(client, drawn, said, sentence):
    response = client.post(f"{ADDRESS}{drawn.pk}/1/", said)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert drawn.cases.filter(verdict="").count() == 5


def test_of_a_colleagues_finding_nobody_makes_another_one(client, cast, drawn):
    client.post(f"{ADDRESS}{drawn.pk}/1/", {"verdict": "fits"})
    client.force_login(UserFactory(countersigner=True, office=cast.city))
    response = client.post(f"{ADDRESS}{drawn.pk}/1/", {"verdict": "wrong", "words": "不对"}, follow=True)
    assert "复查，结论是“符合”。" in response.content.decode()
    assert drawn.cases.get(position=1).seen_by == cast.countersigner


def test_an_auditor_reads_and_changes_nothing(client, cast, drawn):
    client.force_login(cast.auditor)
    assert "抽取一份样本" not in client.get(ADDRESS).content.decode()
    assert "保存结论" not in client.get(f"{ADDRESS}{drawn.pk}/1/").content.decode()
    assert client.post(ADDRESS, asked(cast)).status_code == 403
    assert client.post(f"{ADDRESS}{drawn.pk}/1/", {"verdict": "fits"}).status_code == 403


def test_a_decision_that_was_taken_back_since_is_said(client, cast, settings):
    settings.DECISION_GRACE_SECONDS = 60
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    client.force_login(cast.countersigner)
    client.post(ADDRESS, asked(cast))
    actions.undo(refund.number, by=cast.reviewer)
    assert "这个决定已被收回" in client.get(f"{ADDRESS}{Sample.objects.get().pk}/1/").content.decode()


def test_what_was_drawn_stays_as_it_was(drawn):
    with pytest.raises(DatabaseError), transaction.atomic():
        Sample.objects.update(seed=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        SampledCase.objects.update(number="YL1")
    with pytest.raises(DatabaseError), transaction.atomic():
        SampledCase.objects.all().delete()


def test_days_are_those_of_the_decision(client, cast, decided):
    client.force_login(cast.countersigner)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert client.post(ADDRESS, asked(cast, since=yesterday, until=yesterday)).status_code == 422

"""经办人, 报告日期 and 经营地址, with 暂存 and the first 提交 (M1-06, M2-09, I-25, I-26)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bankreports import register
from bankreports.models import DepositAccountReport
from bankreports.register import Owner
from tests.bankreports.factories import drafted, in_draft, in_force, reported
from tests.bankreports.reading import CHECK, URL, boxes, confirm, error_at, summary
from tests.pages import find_all, text, tree

pytestmark = pytest.mark.django_db


def heading(**changes):
    return {"handler": "刘建国", "reported_on": "2026-02-03", "address": "黄潭村一组", "step": "save", **changes}


def test_the_handler_is_oneself_and_the_day_today_until_said_otherwise(client, resident):
    asked = boxes(client.get(URL))
    assert asked["handler"] == resident.person.name
    assert asked["reported_on"] == timezone.localdate().isoformat()
    assert asked["address"] == ""


def test_the_clerk_is_the_handler_of_her_village(client, clerk):
    assert boxes(client.get(URL))["handler"] == clerk.person.name


def test_looking_at_the_page_stores_nothing(client, resident):
    client.get(URL)
    client.get("/bankreports/add/")
    client.get(CHECK)
    assert not DepositAccountReport.objects.exists()


def test_somebody_else_may_file_the_report(client, resident):
    drafted(resident)
    client.post(URL, heading(step="submit"))
    confirm(client)
    assert DepositAccountReport.objects.get().handler == "刘建国"
    assert resident.person.name != "刘建国"


def test_saving_keeps_what_was_typed_and_says_it_is_not_usable_yet(client, resident):
    drafted(resident)
    words = text(client.post(URL, heading(), follow=True))
    assert "已暂存" in words
    assert "还不能用于退费" in words
    kept = boxes(client.get(URL))
    assert (kept["handler"], kept["reported_on"], kept["address"]) == ("刘建国", "2026-02-03", "黄潭村一组")


def test_a_saved_account_is_not_offered_for_refunds(client, resident):
    drafted(resident, takes_refund=True)
    client.post(URL, heading())
    assert list(register.usable(resident.person)) == []
    assert in_force(resident) == []


def test_submitting_shows_everything_once_more_before_it_counts(client, resident):
    drafted(resident)
    response = client.post(URL, heading(step="submit"), follow=True)
    assert response.redirect_chain == [(CHECK, 302)]
    assert all(part in text(response) for part in ("尚未提交", "刘建国", "2026-02-03", "黄潭村一组"))
    assert list(register.usable(resident.person)) == []


def test_submitting_with_nothing_changed_is_refused_with_what_to_do(client, resident):
    reported(resident)
    response = client.post(URL, heading(step="submit"), follow=True)
    assert response.redirect_chain == [(URL, 302)]
    assert "没有待提交的账户。请先填写账户" in text(response)
    assert DepositAccountReport.objects.exclude(submitted_at=None).count() == 1


def test_the_check_page_has_nothing_to_show_without_a_change(client, resident):
    assert client.get(CHECK, follow=True).redirect_chain == [(URL, 302)]
    reported(resident)
    assert client.get(CHECK, follow=True).redirect_chain == [(URL, 302)]
    assert "没有待提交的账户" in text(client.post(CHECK, {"seen": ""}, follow=True))


@pytest.mark.parametrize("step", ["save", "submit"])
@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("handler", "", "请填写经办人"),
        ("handler", "　 ", "请填写经办人"),
        ("handler", "刘" * 81, "经办人不能超过 80 个字"),
        ("handler", "刘\0兰", "经办人里有不能识别的字符"),
        ("reported_on", "", "请填写报告日期"),
        ("reported_on", "昨天", "报告日期请按 2026-01-31 的样子填写"),
        ("reported_on", "2026-02-30", "报告日期请按 2026-01-31 的样子填写"),
        ("reported_on", "1949-09-30", "报告日期应在 1949"),
        ("address", "村" * 121, "经营地址不能超过 120 个字"),
        ("address", "村\0", "经营地址里有不能识别的字符"),
    ],
)
def test_each_mistake_has_a_sentence_and_nothing_typed_is_lost(client, resident, step, field, wrong, sentence):
    drafted(resident)
    data = heading(**{field: wrong, "step": step})
    response = client.post(URL, data)
    assert response.status_code == 422
    assert sentence in summary(response)
    assert sentence in error_at(response, field)
    assert text(find_all(tree(response), lambda tag, attrs: tag == "title")[0]).startswith("错误：")
    kept = boxes(response)
    for name in ("handler", "reported_on", "address"):
        assert name == field or kept[name] == data[name]
    assert in_draft(resident)[0].report.handler == resident.person.name


def test_the_report_is_not_of_tomorrow(client, resident):
    tomorrow = timezone.localdate() + timedelta(days=1)
    response = client.post(URL, heading(reported_on=tomorrow.isoformat()))
    assert "报告日期应在" in error_at(response, "reported_on")


def test_ten_thousand_characters_are_answered_in_a_sentence(client, resident):
    for field in ("handler", "reported_on", "address"):
        response = client.post(URL, heading(**{field: "９" * 10_000}))
        assert response.status_code == 422
        assert error_at(response, field)


def test_nobody_can_post_a_status_or_another_owner(client, resident, cast):
    drafted(resident)
    client.post(URL, heading(status="submitted", person=cast.stranger.person_id, organisation="1", submitted_at="2026"))
    report = DepositAccountReport.objects.get()
    assert (report.status, report.person, report.submitted_at) == ("draft", resident.person, None)


def test_two_clerks_of_one_village_work_on_one_draft(client, clerk, fellow_clerk):
    client.post(URL, heading())
    client.force_login(fellow_clerk)
    assert boxes(client.get(URL))["handler"] == "刘建国"
    assert register.draft_of(Owner.of(fellow_clerk)) == DepositAccountReport.objects.get()

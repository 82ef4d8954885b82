"""咨询: asked once, with a number and a day; answered once by the office, read by whoever asked and told by a message."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from inbox.models import Message, Question, Sms
from refunds.parameters import calendar
from tests.accounts.factories import UserFactory
from tests.inbox.reading import badge
from tests.pages import text
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
URL, DESK = "/interaction/questions/", "/review/questions/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(client, **more) -> dict:
    """What the form holds when it is opened, with a question written into it."""
    page = client.get(f"{URL}new/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page) or re.search(r'value="([^"]+)"[^>]*name="key"', page)
    office = re.search(r'<option value="([0-9]+)" selected', page)
    words = {"topic": "review", "text": "还要多久？", "key": key[1], "office": office[1] if office else ""}
    return words | more


@pytest.fixture
def asked(cast):
    refund = submitted(cast.resident, office=cast.county)
    client = signed_in(cast.resident)
    client.post(f"{URL}new/", typed(client, about=refund.number))
    return Question.objects.get()


def test_a_question_has_a_number_the_office_of_the_application_and_a_working_day(cast, asked):
    assert asked.number.startswith("ZX")
    assert asked.office == cast.county
    assert asked.due_on == calendar.after(timezone.localdate(), 5)
    page = signed_in(cast.resident).get(f"{URL}{asked.number}/")
    assert f"等答复，{asked.due_on} 前答复" in text(page)
    assert "还要多久？" in text(page)


def test_two_presses_ask_once(cast):
    client = signed_in(cast.resident)
    data = typed(client, office=cast.county.pk)
    addresses = {client.post(f"{URL}new/", data).url for _ in range(2)}
    assert len(addresses) == 1
    assert Question.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"text": "我的证件号码是 420984194101090012"}, "问题里有像证件号码、手机号或银行账号的号码"),
        ({"text": ""}, "请写明您的问题"),
        ({"text": "长" * 501}, "问题不能超过 500 个字"),
        ({"text": "\0"}, "不能识别的字符"),
        ({"office": "1" * 30}, "没有这个税务机关"),
        ({"topic": "nonsense"}, "没有这一项"),
        ({"about": "YL202611260000153"}, "没有这笔申请"),
        ({"key": "nonsense"}, "这一页已失效"),
    ],
)
def test_what_is_wrong_is_said_and_stays_typed(cast, wrong, why):
    client = signed_in(cast.resident)
    page = client.post(f"{URL}new/", typed(client, **{"office": cast.county.pk, **wrong}))
    assert page.status_code == 422
    assert why in text(page)
    assert not Question.objects.exists()
    if "text" not in wrong:
        assert "还要多久？" in page.content.decode()


def test_who_waits_for_ten_answers_asks_no_more_until_one_came(cast):
    client = signed_in(cast.resident)
    for _ in range(11):
        page = client.post(f"{URL}new/", typed(client, office=cast.county.pk))
    assert "已有 10 个问题在等答复" in text(page)
    assert Question.objects.count() == 10


def test_the_office_reads_it_with_its_clock_and_the_answer_is_told(cast, asked):
    desk = signed_in(cast.reviewer)
    assert "还剩 5 天" in text(desk.get(DESK))
    page = desk.post(f"{DESK}{asked.number}/", {"answer": "本周内办完。"}, follow=True)
    assert f"已答复 {asked.number}" in text(page)
    assert "没有等答复的咨询" in text(page)
    assert "本周内办完" in text(desk.get(f"{DESK}?segment=answered"))
    client = signed_in(cast.resident)
    message = Message.objects.get(kind="answer")
    assert Sms.objects.filter(message=message).exists()
    assert asked.number not in message.sms
    unread = badge(client.get("/messages/"))
    opened = client.post(f"/messages/{message.pk}/", follow=True)
    assert "本周内办完" in text(opened)
    assert int(badge(opened) or 0) == int(unread) - 1


def test_of_two_who_answer_the_second_keeps_her_words(cast, asked):
    signed_in(cast.reviewer).post(f"{DESK}{asked.number}/", {"answer": "第一个"})
    page = signed_in(cast.colleague).post(f"{DESK}{asked.number}/", {"answer": "第二个"})
    assert page.status_code == 409
    assert "已经答复了这个问题" in text(page)
    assert "第二个" in text(page)
    assert Question.objects.get().answer == "第一个"
    assert Message.objects.filter(kind="answer").count() == 1


def test_whose_it_is_not_does_not_know_it(cast, asked):
    for user, address in (
        (cast.stranger, f"{URL}{asked.number}/"),
        (cast.clerk, f"{URL}{asked.number}/"),
        (cast.outsider, f"{DESK}{asked.number}/"),
    ):
        assert signed_in(user).get(address).status_code == 404
    assert signed_in(cast.outsider).post(f"{DESK}{asked.number}/", {"answer": "不"}).status_code == 404
    assert signed_in(cast.auditor).get(f"{DESK}{asked.number}/").status_code == 200
    assert signed_in(cast.auditor).post(f"{DESK}{asked.number}/", {"answer": "不"}).status_code == 403
    assert signed_in(cast.resident).get(f"{URL}a{'9' * 40}/").status_code == 404


def test_a_question_of_a_village_is_every_clerks_of_it(cast):
    client = signed_in(cast.clerk)
    client.post(f"{URL}new/", typed(client))
    question = Question.objects.get()
    assert question.office == cast.county
    fellow = UserFactory(clerk=True, organisation=cast.clerk.organisation)
    assert "还要多久？" in text(signed_in(fellow).get(f"{URL}{question.number}/"))


def test_the_shortest_time_left_stands_first_and_the_late_one_says_so(cast, asked):
    client = signed_in(cast.stranger)
    client.post(f"{URL}new/", typed(client, office=cast.county.pk, text="我早就问了"))
    Question.objects.filter(text="我早就问了").update(due_on=timezone.localdate() - timedelta(days=7))
    page = text(signed_in(cast.reviewer).get(DESK))
    assert page.index("我早就问了") < page.index("还要多久")
    assert "超期" in page

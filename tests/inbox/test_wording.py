"""消息模板: the administrator changes the words of a message; what was wrong is refused before anybody is told in it."""

import pytest
from django.db import transaction

from accounts.models import Change
from inbox.models import Wording
from inbox.wording import current
from inbox.wording.placeholders import problem
from refunds import actions
from tests.accounts.factories import UserFactory
from tests.inbox.reading import told
from tests.pages import text
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
URL = "/administration/wordings/"


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    client.force_login(user)
    yield user
    current.forget()  # what this test has written is undone behind its back


def typed(kind, **words) -> dict:
    now = Wording.objects.filter(kind=kind).latest("pk")
    return {"title": now.title, "body": now.body, "sms": now.sms, "seen": str(now.pk), **words}


def test_new_words_are_said_from_now_on_and_the_old_ones_are_kept(client, cast, administrator):
    before = submitted(cast.resident, office=cast.county)
    page = client.post(f"{URL}submit/", typed("submit", title="{险种}，收到了", sms="尾号 {单号尾号}"), follow=True)
    assert "“已提交”已保存" in text(page)
    assert administrator.display_name in text(client.get(URL))
    after = submitted(cast.resident, office=cast.county)
    assert told(before, "submit").title.endswith("已提交，等待税务审核")
    assert told(after, "submit").title == "城乡居民养老保险，收到了"
    assert told(after, "submit").sms == f"尾号 {after.number[-4:]}"
    assert "系统自带" in text(page)
    assert Change.objects.get().what == "消息模板，已提交"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"title": "{姓名}的退费"}, "这里不能用 {姓名}"),
        ({"body": "原因：{原因}。"}, "这里不能用 {原因}"),
        ({"sms": "退 {金额} 元"}, "这里不能用 {金额}"),
        ({"sms": "单号 {申请单号}"}, "这里不能用 {申请单号}"),
        ({"body": "{险种"}, "大括号没有成对"),
        ({"body": "｛险种｝"}, "大括号没有成对，或是全角的"),
        ({"sms": "见 HTTP://a.cn"}, "短信里不写网址"),
        ({"title": ""}, "请填写标题"),
        ({"body": "长" * 301}, "不能超过 300 个字"),
        ({"body": "\0"}, "不能识别的字符"),
        ({}, "内容没有改动"),
        ({"seen": "1" * 40, "title": "新"}, "刚刚被别人改过"),
    ],
)
def test_words_that_could_not_be_said_are_refused_and_stay_in_their_boxes(client, administrator, words, why):
    page = client.post(f"{URL}submit/", typed("submit", **words))
    assert page.status_code == 422
    assert why in text(page)
    assert Wording.objects.filter(kind="submit").count() == 1


def test_what_would_be_too_long_with_its_longest_content_is_refused():
    assert problem("{更正内容}{更正内容}{更正内容}", ["更正内容"], 900) == ""
    assert "填入最长的内容后有 901 个字" in problem("{更正内容}{更正内容}{更正内容}长", ["更正内容"], 900)


def test_pressing_again_after_reading_what_somebody_else_wrote_saves(client, administrator):
    stale = typed("pay", title="我的")
    Wording.objects.create(kind="pay", title="别人的", body="正文。")
    page = client.post(f"{URL}pay/", stale)
    assert "别人的" in text(page)
    seen = str(Wording.objects.latest("pk").pk)
    assert f'value="{seen}"' in page.content.decode()
    client.post(f"{URL}pay/", {**stale, "seen": seen})
    assert Wording.objects.filter(kind="pay").latest("pk").title == "我的"


def test_only_the_administrator_changes_words(client, cast):
    client.force_login(cast.reviewer)
    assert client.post(f"{URL}submit/", typed("submit", title="我的")).status_code == 403
    client.force_login(UserFactory(administrator=True, office=cast.province))
    assert client.get(f"{URL}nothing/").status_code == 404


def test_words_are_never_changed_nor_deleted(db):
    words = Wording.objects.first()
    words.title = "别的"
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        words.save()


def test_a_decision_uses_the_words_in_force(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    assert "税务已通过" in told(refund, "approve").title

"""/messages/: a plain list, newest first, each row to its application; and how many are unread, beside the name."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inbox.models import Message
from refunds import actions
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.inbox.reading import badge, items, told
from tests.pages import find, find_all, text, tree
from tests.pension.factories import account_of, submitted
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
URL = "/messages/"


@pytest.fixture
def resident(client, cast):
    client.force_login(cast.resident)
    return cast.resident


@pytest.fixture
def refund(cast, resident):
    refund = submitted(resident, office=cast.county, amount="1234.50")
    actions.approve(refund.number, by=cast.reviewer)
    return refund


def many(person, count, **fields) -> None:
    Message.objects.bulk_create(
        Message(person=person, kind="submit", number="YL1", event=n, title=f"第{n}条", body="", **fields)
        for n in range(count)
    )


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_newest_stands_first_and_says_that_it_is_unread(client, refund):
    approved, submission = items(client.get(URL))
    assert approved.startswith("正在办理 城乡居民养老保险退费 1,234.50 元：税务已通过 ，未读")
    assert submission.startswith("已收到 城乡居民养老保险退费 1,234.50 元：已提交，等待税务审核 ，未读")
    assert f"申请单号 {refund.number}" in approved


def test_whoever_has_none_reads_that(client, resident):
    page = client.get(URL)
    assert "没有消息" in text(page)
    assert "全部标为已读" not in text(page)
    assert badge(page) == ""


def test_looking_at_the_list_reads_nothing(client, refund):
    client.get(URL)
    assert badge(client.get(URL)) == "2"


def test_a_message_leads_to_its_application_and_is_read_then(client, refund):
    message = told(refund, "approve")
    response = client.post(f"{URL}{message.pk}/")
    assert response.url == f"/refunds/{refund.number}/"
    page = client.get(URL)
    assert badge(page) == "1"
    assert "已读" in items(page)[0]
    assert "未读" in items(page)[1]


def test_read_once_is_read_since_then(client, refund):
    message = told(refund, "approve")
    for _ in range(2):
        client.post(f"{URL}{message.pk}/")
        read_at = Message.objects.get(pk=message.pk).read_at
        assert read_at == (message.read_at or read_at)
        message.read_at = read_at


def test_the_button_of_a_row_is_a_form_of_its_own(client, refund):
    forms = find_all(tree(client.get(URL)), lambda tag, attrs: tag == "form" and attrs.get("method") == "post")
    targets = [form["attrs"]["action"] for form in forms]
    newest, oldest = Message.objects.order_by("-pk").values_list("pk", flat=True)
    rows = [[f"{URL}{key}/", f"{URL}{key}/read/"] for key in (newest, oldest)]
    assert targets[-4:] == [*rows[0], *rows[1]]


def all_read(client, page):
    form = find(tree(page), lambda tag, attrs: attrs.get("action") == f"{URL}read/")
    box = find(form, lambda tag, attrs: attrs.get("name") == "newest")
    return client.post(f"{URL}read/", {"newest": box["attrs"]["value"]}, follow=True)


def test_all_are_marked_at_once(client, refund):
    page = all_read(client, client.get(URL))
    assert "已把 2 条消息标为已读" in text(page)
    assert badge(page) == ""
    assert "全部标为已读" not in text(page)


def test_what_came_after_the_page_stays_unread(client, refund):
    page = client.get(URL)
    report(refund.number, events=["accepted"])
    assert badge(all_read(client, page)) == "1"
    assert told(refund, "accept").read_at is None


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 30, "9" * 9000, "٣", "\0"])
def test_nonsense_marks_nothing(client, refund, newest):
    assert client.post(f"{URL}read/", {"newest": newest}).url == URL
    assert Message.objects.unread().count() == 2


def test_somebody_elses_message_does_not_exist(cast, refund):
    message = told(refund, "approve")
    for user in (cast.stranger, cast.clerk):
        other = signed_in(user)
        assert items(other.get(URL)) == []
        assert other.post(f"{URL}{message.pk}/").status_code == 404
        other.post(f"{URL}read/", {"newest": message.pk})
    for user in (cast.reviewer, cast.countersigner, cast.auditor):
        assert signed_in(user).get(URL).status_code == 403
        assert signed_in(user).post(f"{URL}{message.pk}/").status_code == 403
    assert Message.objects.unread().count() == 2


def test_a_member_of_a_batch_does_not_read_her_villages_messages(cast):
    batch = submit_batch(make_village(cast.clerk, people=2), cast.clerk)
    member = UserFactory(person=batch.lines.first().payment.person)
    assert items(signed_in(member).get(URL)) == []


def test_what_one_clerk_has_read_the_village_has_read(cast):
    batch = submit_batch(make_village(cast.clerk, people=2), cast.clerk)
    fellow = signed_in(UserFactory(clerk=True, organisation=cast.clerk.organisation))
    elsewhere = signed_in(UserFactory(clerk=True, organisation__office=cast.county))
    assert badge(fellow.get(URL)) == "1"
    page = signed_in(cast.clerk).post(f"{URL}{told(batch, 'submit').pk}/", follow=True)
    assert page.status_code == 200
    assert batch.number in text(page)
    assert badge(fellow.get(URL)) == ""
    assert "已读" in items(fellow.get(URL))[0]
    assert items(elsewhere.get(URL)) == []


def test_a_clerks_own_refund_is_not_among_her_villages_messages(cast):
    own = UserFactory(person=cast.clerk.person)
    submitted(own, office=cast.county)
    assert items(signed_in(cast.clerk).get(URL)) == []
    assert len(items(signed_in(own).get(URL))) == 1


def test_a_long_list_turns_its_pages_and_all_is_marked_where_the_newest_stand(client, resident):
    many(resident.person, 45)
    first = client.get(URL)
    links = [
        node["attrs"]["href"] for node in find_all(tree(first), lambda tag, attrs: "after=" in attrs.get("href", ""))
    ]
    second = client.get(links[0])
    assert [len(items(page)) for page in (first, second)] == [20, 20]
    assert "第44条" in items(first)[0]
    assert "第24条" in items(second)[0]
    assert "全部标为已读" in text(first)
    assert "全部标为已读" not in text(second)


@pytest.mark.parametrize(("count", "shown"), [(0, ""), (1, "1"), (99, "99"), (100, "99+"), (150, "99+")])
def test_the_count_beside_the_name_ends_at_99(client, resident, count, shown):
    many(resident.person, count)
    page = client.get("/user-center/")
    assert badge(page) == shown


def test_the_count_leads_to_the_list_from_every_page_of_a_taxpayer(client, refund):
    for address in ("/", "/inquiry/", "/tax-service/", "/interaction/", "/pension/", f"/refunds/{refund.number}/"):
        page = client.get(address)
        assert badge(page) == "2", address
        assert find(tree(page), lambda tag, attrs: attrs.get("href") == URL), address


def test_nobody_else_has_a_way_there(cast):
    for client in (Client(), signed_in(cast.reviewer)):
        for address in ("/interaction/", "/personal-service/"):
            assert not find(tree(client.get(address)), lambda tag, attrs: attrs.get("href") == URL)


def test_a_segment_shows_its_own_with_how_many_are_unread_and_marks_no_others(client, cast, resident, refund):
    report(refund.number, events=["bounced"])
    page = client.get(f"{URL}?show=todo")
    assert [item.split(" ")[0] for item in items(page)] == ["要您处理"]
    assert "要我处理 1 条未读" in text(page)
    assert "办理进度 3 条未读" in text(page)
    newest = Message.objects.latest("pk").pk
    client.post(f"{URL}read/?show=todo", {"newest": newest})
    assert Message.objects.filter(read_at=None).count() == 3
    assert "这一类没有消息" in text(client.get(f"{URL}?show=answer"))
    assert len(items(client.get(f"{URL}?show=nonsense"))) == 4


def test_one_is_marked_by_one_press_and_the_list_stays_as_it_was(client, refund):
    message = told(refund, "approve")
    response = client.post(f"{URL}{message.pk}/read/?show=unread")
    assert response.url == f"{URL}?show=unread"
    assert [item.split(" ")[0] for item in items(client.get(response.url))] == ["已收到"]


def test_what_is_done_is_not_asked_for_any_more(client, cast, resident, refund):
    report(refund.number, events=["bounced"])
    account = account_of(resident.person)
    actions.correct_account(refund.number, by=resident, account=account, mended=True)
    assert items(client.get(f"{URL}?show=todo")) == []
    assert told(refund, "bounce").badge == ("正在办理", "waiting")


def test_a_decision_that_was_taken_back_stays_and_says_so(client, cast, resident, settings):
    settings.DECISION_GRACE_SECONDS = 60
    refund = submitted(resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    actions.undo(refund.number, by=cast.reviewer)
    undone, approved, submission = items(client.get(URL))
    assert "重新审核中" in undone
    assert approved.startswith("已撤回 ")
    assert "这个决定已由税务机关收回" in approved
    assert submission.startswith("已收到 ")
    actions.approve(refund.number, by=cast.reviewer)
    assert items(client.get(URL))[0].startswith("正在办理 ")


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_costs_the_same_queries_at_any_length(client, resident, count, django_assert_num_queries):
    many(resident.person, count)
    client.get(URL)
    with django_assert_num_queries(5):  # the session, the account, the page, what became of their SMS, the count
        client.get(URL)


def asked(client, address) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in found.captured_queries if "inbox_message" in query["sql"]]


def test_the_count_is_one_query_of_a_page_and_none_of_an_officers(client, cast, refund):
    assert len(asked(client, "/user-center/")) == 1
    for address in ("/review/?queue=all", f"/review/{refund.number}/", "/interaction/", "/user-center/"):
        assert asked(signed_in(cast.reviewer), address) == [], address


def plan(queryset) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        sql, params = queryset.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.breaks_on_purpose  # messages about nothing
def test_list_and_count_have_their_indexes(cast):
    """Among a thousand messages of others: on an empty table any index is as good."""
    for owner in ({"person": cast.stranger.person}, {"organisation": OrganisationFactory()}):
        Message.objects.bulk_create(
            Message(number=f"YL{position}", event=position + 1_000_000 * ("person" in owner), kind="pay", **owner)
            for position in range(500)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_message")
    for user, place in ((cast.resident, "person"), (cast.clerk, "village")):
        own = Message.objects.visible_to(user)
        assert f"message_of_{place}" in plan(own.order_by("-id")[:21])
        assert f"message_unread_{place}" in plan(own.unread().values("person")[:100])

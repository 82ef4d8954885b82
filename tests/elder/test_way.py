"""Where the money is, in words of everyday speech; what to do about it; and another card, one question a page."""

import pytest

from pension.models import PensionRefund
from refunds import actions
from refunds.elder.words import way
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.elder.reading import press, question, with_elder
from tests.medical.reading import links
from tests.pages import find_all, text, tree
from tests.pension.factories import ACCOUNT, submitted
from tests.reports import report

pytestmark = pytest.mark.django_db
OTHER = "95599000000000088"


@pytest.fixture
def refund(client, cast):
    client.force_login(cast.resident)
    with_elder(client)
    return submitted(cast.resident, office=cast.county)


def bounced(refund, cast):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["bounced"])
    return PensionRefund.objects.get(pk=refund.pk)


def account_page(refund):
    return f"/refunds/{refund.number}/account/"


def test_at_first_one_sees_where_the_money_is(client, refund):
    home = client.get("/")
    assert question(home).endswith("您好")
    found = links(home)
    assert found["我的钱到哪了 养老 1,000.00 元，税务局正在审"] == refund.get_absolute_url()
    assert found["看消息 1 条没看"] == "/messages/"
    assert "要您办" not in text(home)
    # No tabs, no bars, and nothing that opens over the page.
    assert len(find_all(tree(home), lambda tag, _attrs: tag == "nav")) == 1
    assert not find_all(tree(home), lambda tag, attrs: tag == "dialog" or "hx-get" in attrs)


def test_the_way_is_told_station_by_station_with_dates_written_out(client, refund):
    page = client.get(refund.get_absolute_url())
    assert question(page) == "税务局正在审"
    due = refund.due_on
    assert f"最晚 {due.year} 年 {due.month} 月 {due.day} 日前审完，您不用做什么。" in text(page)
    assert [step.title for step in way(refund)] == ["您申请了", "税务局在审", "社保局再核一次", "银行退到卡里"]
    assert way(refund)[3].note == "中国农业银行 尾号 0018"


def test_every_state_has_its_words(client, refund, cast):
    said = [question(client.get(refund.get_absolute_url()))]
    actions.approve(refund.number, by=cast.reviewer)
    for event in ("", "accepted", "paid"):
        if event:
            report(refund.number, events=[event])
        said.append(question(client.get(refund.get_absolute_url())))
    assert said == ["税务局正在审", "社保局正在核", "银行正在退", "钱退了"]


def test_what_was_returned_says_why_in_the_words_of_the_officer_and_leads_on(client, refund, cast):
    reason = RejectReason.objects.get(code="other")
    actions.reject(refund.number, by=cast.reviewer, reason=reason, remark="请补充材料")
    home = client.get("/")
    assert "有 1 件事要您办" in text(home)
    assert links(home)["看看为什么"] == refund.get_absolute_url()
    page = client.get(refund.get_absolute_url())
    assert question(page) == "税务局没有批"
    assert all(words in text(page) for words in (reason.label, "请补充材料", reason.next_step))
    again = client.get(links(page)["再申请一次"])
    assert question(again) == "退到银行卡，还是存折？"


def test_another_card_is_one_question_a_page_and_the_money_goes_on(client, refund, cast):
    refund = bounced(refund, cast)
    home = client.get("/")
    assert "养老 1,000.00 元 银行没退成。 银行说：户名不符。换一张您本人的卡，钱就能退。" in text(home)
    where = links(home)["换一张卡"]
    assert where == account_page(refund)
    asked, page = [], client.get(where)
    for said in ({}, {"account_number": OTHER}, {"bank": "103"}, {}, {}):
        asked.append(question(page))
        page = press(client, where, page, **said)
    assert asked == ["退到银行卡，还是存折？", "卡号是多少？", "是哪家银行的？", "有事找谁？", "打哪个电话找您？"]
    assert "9559 9000 0000 0008 8" in text(page)
    done = press(client, where, page, step="confirm", follow=True)
    assert "账户已更正" in text(done)
    corrected = PensionRefund.objects.get(pk=refund.pk)
    assert corrected.refund_status == RefundStatus.APPROVED
    assert corrected.account_number.reveal("in a test") == OTHER


def test_the_very_card_that_failed_is_asked_about_once(client, refund, cast):
    where = account_page(bounced(refund, cast))
    page = client.get(where)
    for said in ({}, {"account_number": ACCOUNT}, {"bank": "103"}, {}, {}):
        page = press(client, where, page, **said)
    page = press(client, where, page, step="confirm")
    assert (page.status_code, question(page)) == (422, "看一遍，对不对？")
    assert "请按原账户重新退付" in text(page)
    press(client, where, page, step="confirm", mended="on")
    assert PensionRefund.objects.get(pk=refund.pk).refund_status == RefundStatus.APPROVED


def test_leaving_while_changing_the_card_keeps_what_was_typed(client, refund, cast):
    where = account_page(bounced(refund, cast))
    page = press(client, where, press(client, where, client.get(where)), account_number="12", leave_elder="1")
    (box,) = find_all(tree(page), lambda _tag, attrs: attrs.get("name") == "account_number")
    assert (box["attrs"]["value"], page.cookies["display"].value) == ("12", "standard")


def test_it_is_taken_back_after_one_question(client, refund):
    page = client.get(links(client.get(refund.get_absolute_url()))["不想退了，撤回申请"])
    assert question(page) == "不想退了？"
    done = client.post(f"/refunds/{refund.number}/withdraw/", follow=True)
    assert question(done) == "您撤回了"


def test_all_that_was_asked_for_stands_in_one_list(client, refund, cast):
    other = submitted(cast.resident, office=cast.county, year=2021, amount="700.00")
    page = client.get("/inquiry/")
    assert list(links(page).items())[-2:] == [
        ("养老 2021 年 700.00 元 税务局正在审", other.get_absolute_url()),
        ("养老 2019 年 1,000.00 元 税务局正在审", refund.get_absolute_url()),
    ]
    assert "我的钱到哪了 养老 1,000.00 元，税务局正在审" in links(client.get("/"))


def test_nobody_sees_what_is_not_hers(client, refund, cast):
    client.force_login(cast.stranger)
    for page in ("", "account/", "withdraw/"):
        assert client.get(f"/refunds/{refund.number}/{page}").status_code == 404


def test_an_elder_page_asks_the_database_no_more_than_the_ordinary_one(client, refund, django_assert_max_num_queries):
    def queries(address):
        with django_assert_max_num_queries(100) as seen:
            client.get(address)
        return len(seen)

    for address in ("/", "/inquiry/", "/social-refund/", refund.get_absolute_url()):
        elder = queries(address)
        with_elder(client, "standard")
        assert elder <= queries(address)
        with_elder(client)

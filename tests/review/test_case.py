"""/review/: the queue of one's own office, the case, and the decisions (O-01 … O-03)."""

import pytest

from handoff.models import Delivery
from pension.models import PensionRefund
from refunds import actions, schemes
from refunds.models import RejectReason
from refunds.states import RefundStatus, ReviewStatus
from tests.accounts.factories import UserFactory
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import submitted
from tests.review.answering import answers

pytestmark = pytest.mark.django_db
ANOTHER = "6228480402564890026"


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


@pytest.fixture
def officer(client, cast):
    client.force_login(cast.reviewer)
    return cast.reviewer


def url(refund, verb=""):
    return f"/review/{refund.number}/{verb}"


# O-01
def test_the_queue_holds_the_pending_cases_of_the_office_oldest_first(client, officer, refund, cast):
    second = submitted(UserFactory(), office=cast.county)
    foreign = submitted(UserFactory(), office=cast.elsewhere)
    words = text(client.get("/review/"))
    assert words.index(refund.number) < words.index(second.number)
    assert foreign.number not in words


# O-01
def test_another_offices_case_does_not_exist(client, refund, cast):
    client.force_login(cast.outsider)
    assert client.get(url(refund)).status_code == 404
    assert client.post(url(refund, "approve/")).status_code == 404
    assert client.post(url(refund, "reject/"), {"reason": "other", "remark": "x"}).status_code == 404
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPLIED


def test_the_case_shows_what_a_decision_needs_with_numbers_masked(client, officer, refund, cast):
    page = client.get(url(refund))
    words = text(page)
    person = cast.resident.person
    assert all(
        part in words
        for part in (refund.number, person.name, "1,000.00 元", "2019-01-01", "中国农业银行", "**** 0018", "办理记录")
    )
    for secret in (person.id_number.reveal("in a test"), person.phone.reveal("in a test"), "6228480402564890018"):
        assert secret.encode() not in page.content


# O-02, P1-12, P2-10
def test_passing_hands_off_and_opens_the_next_case(client, officer, refund, cast):
    following = submitted(UserFactory(), office=cast.county, number=ANOTHER)
    response = client.post(url(refund, "approve/"), follow=True)
    assert response.redirect_chain[-1][0] == url(following)
    assert f"{refund.number} 审核通过，已自动向人力资源和社会保障部门发起退费申请" in text(response)
    assert Delivery.objects.get().number == refund.number


def test_after_the_last_case_the_queue_says_it_is_empty(client, officer, refund):
    assert "队列已经办完" in text(client.post(url(refund, "approve/"), follow=True))


def test_rejecting_needs_a_reason(client, officer, refund):
    response = client.post(url(refund, "reject/"), {"remark": "材料不全"})
    assert response.status_code == 422
    assert "请选择不通过的原因" in text(response)
    assert "材料不全" in text(by_id(tree(response), "id_remark"))
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPLIED


def test_some_reasons_need_words(client, officer, refund):
    assert "请写明审核意见" in text(client.post(url(refund, "reject/"), {"reason": "proof"}))


# O-03, P1-13, P2-11
def test_a_rejection_sends_nothing_and_the_applicant_reads_the_same_reason(client, officer, refund, cast):
    client.post(url(refund, "reject/"), {"reason": "account_name", "remark": "户名少一个字"})
    assert PensionRefund.objects.get().refund_status == RefundStatus.TAX_RETURNED
    assert not Delivery.objects.exists()
    officer_page = text(client.get(url(refund)))
    client.force_login(cast.resident)
    resident_page = text(client.get(f"/refunds/{refund.number}/"))
    reason = RejectReason.objects.get(code="account_name")
    for part in (f"原因：{reason.label}，户名少一个字", reason.next_step):
        assert part in officer_page
        assert part in resident_page


# O-02
def test_who_comes_second_sees_who_decided_and_keeps_the_words(client, officer, refund, cast):
    actions.approve(refund.number, by=cast.colleague)
    response = client.post(url(refund, "reject/"), {"reason": "other", "remark": "我写的意见"})
    words = text(response)
    assert response.status_code == 409
    assert "操作没有生效" in words
    assert cast.colleague.display_name in words
    assert "我写的意见" in words
    assert client.post(url(refund, "approve/")).status_code == 409
    assert Delivery.objects.count() == 1


# O-02
def test_above_the_limit_the_case_moves_to_the_countersigner(client, officer, cast):
    big = submitted(UserFactory(), office=cast.county, amount="10000.01")
    assert "已转复核人" in text(client.post(url(big, "approve/"), answers(big), follow=True))
    assert not Delivery.objects.exists()
    client.force_login(cast.countersigner)
    assert big.number in text(client.get("/review/"))
    client.post(url(big, "approve/"))
    assert Delivery.objects.get().number == big.number


def test_the_countersigner_can_send_back_with_a_remark(client, cast):
    big = submitted(UserFactory(), office=cast.county, amount="10000.01")
    actions.approve(big.number, by=cast.reviewer)
    client.force_login(cast.countersigner)
    assert client.post(url(big, "send-back/"), {}).status_code == 422
    client.post(url(big, "send-back/"), {"remark": "金额再核"})
    assert PensionRefund.objects.get().review_status == ReviewStatus.PENDING
    client.force_login(cast.reviewer)
    assert "复核意见：金额再核" in text(client.get(url(big)))
    client.force_login(big.submitted_by)
    assert "金额再核" not in text(client.get(f"/refunds/{big.number}/"))


def test_the_auditor_reads_and_has_no_button(client, refund, cast):
    client.force_login(cast.auditor)
    page = tree(client.get(url(refund)))
    assert refund.number in text(page)
    assert not find_all(page, lambda tag, attrs: tag == "form" and "approve" in attrs.get("action", ""))
    assert client.post(url(refund, "approve/")).status_code == 403


def test_ones_own_application_shows_why_it_cannot_be_decided(client, cast):
    own = submitted(UserFactory(person=cast.reviewer.person), office=cast.county)
    client.force_login(cast.reviewer)
    assert "须由另一位税务人员审核" in text(client.get(url(own)))
    assert client.post(url(own, "approve/")).status_code == 409


def test_a_shared_account_and_a_changed_payment_are_pointed_out(client, officer, refund, cast):
    assert "请核对" not in text(by_id(tree(client.get(url(refund))), "checks"))
    submitted(UserFactory(), office=cast.county)
    line = refund.lines.get()
    type(line.payment).objects.filter(pk=line.payment_id).update(arrival_status="arrived")
    words = text(by_id(tree(client.get(url(refund))), "checks"))
    assert "同一银行账号还用于另外 1 个退费人的 1 笔申请" in words
    assert "这笔缴费现在已到账" in words


@pytest.mark.parametrize("by_what", ["number", "id_number"])
def test_a_case_is_found_by_its_number_or_by_the_persons_number(client, officer, refund, cast, by_what):
    other = submitted(UserFactory(), office=cast.county)
    number = cast.resident.person.id_number.reveal("in a test")
    response = client.post(
        "/review/?queue=all", {"q": refund.number if by_what == "number" else number.lower()}, follow=True
    )
    assert number not in response.redirect_chain[0][0]
    words = text(by_id(tree(response), "queue"))
    assert refund.number in words
    assert other.number not in words


@pytest.mark.parametrize("typed", ["420984190001010000", "YL000000000000000", "\0", "' OR 1=1"])
def test_a_search_without_a_match_says_so(client, officer, refund, typed):
    response = client.post("/review/?queue=all", {"q": typed}, follow=True)
    assert typed == "\0" or "没有找到这个申请单号或证件号码" in text(response)


@pytest.mark.parametrize(
    "query", [{"person": "nobody"}, {"number": "\0"}, {"after": "nonsense"}, {"queue": "nonsense"}]
)
def test_a_forged_address_is_an_empty_or_plain_queue(client, officer, refund, query):
    assert client.get("/review/", query).status_code == 200


def test_the_queue_is_paged_by_key_and_costs_the_same_at_any_length(client, officer, cast, django_assert_num_queries):
    users = [UserFactory() for _ in range(3)]
    for user in users:
        submitted(user, office=cast.county)
    client.get("/review/")
    with django_assert_num_queries(4):
        client.get("/review/")
    for year in range(1970, 1990):
        for user in users:
            submitted(user, office=cast.county, year=year)
    with django_assert_num_queries(4):
        first = client.get("/review/")
    numbers = shown(first)
    following = find_all(tree(first), lambda tag, attrs: tag == "a" and "after=" in attrs.get("href", ""))[0]
    second = client.get(following["attrs"]["href"])
    assert len(numbers) == 50
    assert numbers + shown(second) == list(
        PensionRefund.objects.order_by("submitted_at", "id").values_list("number", flat=True)
    )
    back = find_all(tree(second), lambda tag, attrs: tag == "a" and "before=" in attrs.get("href", ""))[0]
    assert shown(client.get(back["attrs"]["href"])) == numbers


def shown(response):
    links = find_all(
        by_id(tree(response), "queue"), lambda tag, attrs: tag == "a" and attrs.get("href", "").startswith("/review/YL")
    )
    return list(dict.fromkeys(link["attrs"]["href"].split("/")[2] for link in links))


def test_a_case_costs_a_fixed_number_of_queries(client, officer, refund, cast, django_assert_num_queries):
    client.get(url(refund))
    with django_assert_num_queries(20 + len(schemes.every())):
        client.get(url(refund))

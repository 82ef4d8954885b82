"""保存 (P3-16): from the draft over the check page to one batch with one number."""

import uuid

import pytest

from foundation.capital import capital
from pension import applications
from pension.models import PensionRefund
from pension.village import drafts
from refunds.states import RefundStatus, ReviewStatus
from tests.accounts.factories import UserFactory
from tests.pages import by_id, find, find_all, text, tree
from tests.pension.factories import account_of
from tests.village.batches import ACCOUNT, submit_batch

pytestmark = pytest.mark.django_db
TYPED = {
    "account_number": "6228 4804 0256 4890 018",
    "account_name": "黄潭村村民委员会",
    "account_type": "card",
    "bank": "103",
    "contact_name": "王会计",
    "contact_phone": "0712-1234567",
}


@pytest.fixture
def drafted(village, cast):
    drafts.add(village, by=cast.clerk, payments=list(village.payments.values_list("pk", flat=True)[:4]))
    return village


def url(village, verb):
    return f"/pension/village/{village.pk}/{verb}/"


def shown(client, village) -> str:
    """What the check page carries of what it shows."""
    page = tree(client.get(url(village, "check")))
    return find(page, lambda _tag, attrs: attrs.get("name") == "seen")["attrs"]["value"]


def confirm(client, village, **changes):
    data = {"key": uuid.uuid4(), "seen": shown(client, village), **changes}
    return client.post(url(village, "check"), data, follow=True)


# P3-16
def test_the_check_page_says_people_total_in_figures_and_capitals_and_the_account(client, drafted):
    words = text(client.post(url(drafted, "save"), TYPED, follow=True))
    assert all(
        part in words
        for part in (
            "尚未提交",
            "4 人",
            "800.00 元",
            "捌佰元整",
            "6228 4804 0256 4890 018",
            "黄潭村村民委员会",
            "农业银行",
        )
    )
    assert PensionRefund.objects.get().review_status == ReviewStatus.DRAFT


# P3-16, I-18
def test_confirming_makes_one_batch_with_one_number(client, drafted, cast):
    client.post(url(drafted, "save"), TYPED)
    words = text(confirm(client, drafted))
    refund = PensionRefund.objects.get()
    assert (refund.people_count, str(refund.amount)) == (4, "800.00")
    assert (refund.refund_status, refund.review_status) == (RefundStatus.APPLIED, ReviewStatus.PENDING)
    assert (refund.organisation, refund.applicant) == (cast.clerk.organisation, None)
    assert refund.account_number.reveal("in a test") == ACCOUNT
    assert f"批次号 {refund.number}" in words


def test_pressing_twice_is_one_batch(client, drafted):
    client.post(url(drafted, "save"), TYPED)
    data = {"key": uuid.uuid4(), "seen": shown(client, drafted)}
    first = client.post(url(drafted, "check"), data)
    second = client.post(url(drafted, "check"), data, follow=True)
    assert first.status_code == 302
    assert second.status_code == 200
    assert PensionRefund.objects.count() == 1


def test_a_move_after_the_check_page_is_shown_before_anything_is_submitted(client, drafted, fellow_clerk):
    client.post(url(drafted, "save"), TYPED)
    before = shown(client, drafted)
    drafts.add(drafted, by=fellow_clerk)
    words = text(confirm(client, drafted, seen=before))
    assert "退费区在您核对之后有变动" in words
    assert "5 人" in words
    assert PensionRefund.objects.get().review_status == ReviewStatus.DRAFT


def test_neither_another_account_nor_another_person_slips_in_after_the_check_page(client, drafted, fellow_clerk):
    client.post(url(drafted, "save"), TYPED)
    before = shown(client, drafted)
    drafts.remember(
        drafted, {**TYPED, "account_name": "某私人", "account_number": "95599000000000088"}, by=fellow_clerk
    )
    assert "有变动" in text(confirm(client, drafted, seen=before))
    drafts.remember(drafted, TYPED, by=fellow_clerk)
    line = drafts.of_payment(drafted).lines.first()
    drafts.remove(drafted, by=fellow_clerk, lines=[line.pk])
    other = drafts.candidates(drafted, line.refund).exclude(pk=line.payment_id).first()
    drafts.add(drafted, by=fellow_clerk, payments=[other.pk])
    assert "有变动" in text(confirm(client, drafted, seen=before))
    assert PensionRefund.objects.get().review_status == ReviewStatus.DRAFT


def test_an_empty_choice_says_what_to_do(client, village):
    response = client.post(url(village, "save"), TYPED)
    assert response.status_code == 422
    assert "退费区还没有人员" in text(response)


# P3-08
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("account_number", "", "请填写银行账号"),
        ("account_number", "12", "银行账号为 8 到 30 位数字"),
        ("account_name", " ", "请填写银行账户名称"),
        ("account_type", "", "请选择账户类型"),
        ("bank", "", "请选择银行类别"),
        ("contact_name", "", "请填写联系人名称"),
        ("contact_phone", "", "请填写联系人电话"),
        ("contact_phone", "12", "联系人电话应为"),
    ],
)
def test_each_mistake_has_a_sentence_and_nothing_else_is_lost(client, drafted, field, typed, sentence):
    response = client.post(url(drafted, "save"), {**TYPED, field: typed})
    assert response.status_code == 422
    page = tree(response)
    assert sentence in text(find_all(page, lambda tag, attrs: "data-error-summary" in attrs)[0])
    kept = "contact_name" if field != "contact_name" else "account_name"
    assert by_id(page, f"id_{kept}")["attrs"]["value"] == TYPED[kept]
    assert "已选 4 人" in text(page)


def test_saved_numbers_are_kept_when_the_boxes_stay_empty(client, drafted):
    client.post(url(drafted, "save"), TYPED)
    again = {**TYPED, "account_number": "", "contact_phone": ""}
    assert "6228 4804 0256 4890 018" in text(client.post(url(drafted, "save"), again, follow=True))


def test_people_taken_by_another_application_are_named_and_moved_out_in_one_step(client, drafted, cast):
    taken = drafts.of_payment(drafted).lines.first().payment
    user = UserFactory(person=taken.person)
    applications.apply([taken], account=account_of(user.person), by=user, key=uuid.uuid4())
    words = text(client.post(url(drafted, "save"), TYPED))
    assert f"{taken.person.name}的缴费正在其他退费申请中" in words
    assert "已移出 1 人" in text(client.post(url(drafted, "drop-conflicts"), follow=True))
    client.post(url(drafted, "save"), TYPED)
    confirm(client, drafted)
    assert PensionRefund.objects.get(collective=drafted).people_count == 3


# P3-08, P3-15
def test_year_period_and_amount_cannot_be_typed(client, drafted):
    client.post(url(drafted, "save"), {**TYPED, "amount": "9999", "year": "1999", "people": "1"})
    confirm(client, drafted)
    refund = PensionRefund.objects.get()
    assert (str(refund.amount), refund.people_count, refund.collective.year) == ("800.00", 4, 2022)


def test_after_submitting_the_rest_can_be_a_second_batch(village, cast):
    assert [
        submit_batch(village, cast.clerk, people=2).people_count,
        submit_batch(village, cast.clerk).people_count,
    ] == [2, 3]


def test_the_check_page_of_a_submitted_batch_leads_back(client, drafted, cast):
    submit_batch(drafted, cast.clerk)
    assert "可能已经提交" in text(client.get(url(drafted, "check"), follow=True))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("62000", "陆万贰仟元整"), ("800", "捌佰元整"), ("2000000", "贰佰万元整"), ("0.05", "伍分"),
        ("1.50", "壹元伍角整"), ("100.05", "壹佰元零伍分"), ("10001", "壹万零壹元整"), ("100000010", "壹亿零壹拾元整"),
        ("10203040.56", "壹仟零贰拾万叁仟零肆拾元伍角陆分"), ("9999999999.99", "玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)  # fmt: skip
def test_capital_amounts_are_those_of_a_voucher(amount, words):
    from decimal import Decimal

    assert capital(Decimal(amount)) == words

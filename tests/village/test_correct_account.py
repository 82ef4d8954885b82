"""更正账户 of a batch (design.md section 4): number and name, checked once more before the money goes out again."""

import pytest

from pension.models import PensionRefund
from refunds import actions, errors
from refunds.states import RefundStatus
from refunds.way.steps import steps
from tests.medical.reading import links, values
from tests.pages import text
from tests.reports import report
from tests.village.batches import ACCOUNT, submit_batch, village_account

pytestmark = pytest.mark.django_db
NAME = "黄潭村村民委员会代管资金专户"


@pytest.fixture
def bounced(village, cast, client):
    batch = submit_batch(village, cast.clerk)
    actions.approve(batch.number, by=cast.reviewer)
    report(batch.number, events=["accepted", "bounced"])
    client.force_login(cast.clerk)
    return PensionRefund.objects.get(pk=batch.pk)


def url(batch):
    return f"/refunds/{batch.number}/account/"


def typed(batch, **changes) -> dict:
    """The form as it stands on the page, with what the clerk changes."""
    return {
        "account_number": "",
        "account_name": batch.account_name,
        "account_type": "card",
        "bank": "103",
        "contact_name": batch.contact_name,
        "contact_phone": "",
    } | changes


def now(batch):
    return PensionRefund.objects.get(pk=batch.pk)


def test_it_speaks_of_the_account_of_the_village_and_keeps_contact_and_bank(client, bounced):
    page = client.get(url(bounced))
    assert "村组(单位)账户的户名" in text(page)
    assert "退费人本人" not in text(page)
    assert values(page, "contact_name") == ["王会计"]
    assert "已保存 **** 0018" in text(page)
    assert ACCOUNT not in page.content.decode()


def test_a_number_that_begins_like_the_card_of_another_bank_is_pointed_out_and_goes_through(client, bounced):
    other = typed(bounced, account_name=NAME, bank="102")
    assert "这个账号的开头像是中国农业银行的卡，您选的是中国工商银行" in text(client.post(url(bounced), other))
    client.post(url(bounced), other | {"account_number": ACCOUNT, "step": "confirm"})
    assert now(bounced).refund_status == RefundStatus.APPROVED


def test_a_name_that_the_bank_refused_is_corrected_like_a_number(client, bounced):
    checked = client.post(url(bounced), typed(bounced, account_name=NAME))
    assert "6228 4804 0256 4890 018" in text(checked)
    assert NAME in text(checked)
    assert now(bounced).refund_status == RefundStatus.PAYMENT_FAILED
    sent = {name: values(checked, name)[0] for name in typed(bounced)}
    assert "账户已更正" in text(client.post(url(bounced), {**sent, "step": "confirm"}, follow=True))
    corrected = now(bounced)
    assert (corrected.refund_status, corrected.account_name) == (RefundStatus.APPROVED, NAME)
    assert corrected.payee()["account_number"] == ACCOUNT
    assert corrected.payee()["contact_phone"] == "13900000009"


def test_back_from_the_check_everything_typed_is_there(client, bounced):
    again = client.post(url(bounced), {**typed(bounced, account_name=NAME), "step": "edit"})
    assert values(again, "account_name") == [NAME]
    assert now(bounced).refund_status == RefundStatus.PAYMENT_FAILED


def test_the_very_account_that_failed_is_refused_unless_the_bank_has_mended_it(client, bounced):
    refused = client.post(url(bounced), typed(bounced))
    assert refused.status_code == 422
    assert "账号和户名都与退付失败时一样" in text(refused)
    assert "银行已处理好" in text(refused)
    assert now(bounced).attempt == 1
    client.post(url(bounced), {**typed(bounced), "mended": "on", "step": "confirm"})
    mended = now(bounced)
    assert (mended.refund_status, mended.attempt) == (RefundStatus.APPROVED, 2)
    assert any("银行已处理好" in step.note for step in steps(mended))


def test_no_verb_sends_it_to_the_same_account_unsaid(bounced, village, cast):
    with pytest.raises(errors.AccountUnchanged):
        actions.correct_account(bounced.number, by=cast.clerk, account=village_account(village))


def test_the_way_there_stands_on_the_page_of_the_batch(client, bounced):
    page = client.get(f"/pension/village/progress/{bounced.number}/")
    assert links(page)["更正账户"] == url(bounced)

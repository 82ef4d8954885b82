"""The check page: 尚未提交, everything once more, nothing stored; 返回修改 keeps what was typed (M2-13, M1-14)."""

import pytest

from medical.models import MedicalRefund
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, reported
from tests.medical.factories import EnrolmentFactory, PaymentFactory, changed, typed
from tests.medical.reading import APPLY, DIALOG, boxes, buttons, facts, rows, selected, ticked, values
from tests.pages import by_id, text, tree

pytestmark = pytest.mark.django_db
PHONE = "０７１１-３３５５６６７"


@pytest.fixture
def second(resident, cast):
    """The same year and amount at another agency."""
    there = EnrolmentFactory(person=resident.person, agency_name="武汉市医疗保障局(医疗)", agency_code="420100")
    return PaymentFactory(enrolment=there, office=cast.county)


def check(client, *payments, **changes):
    return client.post(APPLY, typed(*payments, **changes))


# M2-13: 核实退费信息无误后
def test_it_says_that_nothing_is_submitted_and_shows_everything(client, payment, account, resident):
    page = check(client, payment, account=account, reason="other", words="单位 也 交了")
    assert page.status_code == 200
    assert "尚未提交" in text(page)
    assert {"返回修改", "确认并提交退费申请"} <= set(buttons(page))
    assert facts(page) == {
        "退费金额合计": "380.00 元",
        "纳税人名称": resident.person.name,
        "开户行所在地": "鄂州市华容区",
        "银行行别": "中国农业银行",
        "开户银行": "中国农业银行股份有限公司鄂州鄂城支行",
        "银行账号": "**** 0018",
        "办理人电话": "13900000001",
        "退费理由": "其他",
        "退费理由说明": "单位 也 交了",
    }
    assert not MedicalRefund.objects.exists()


# M2-01, M2-13: who is insured twice must see which of the two she gives up
def test_payments_of_two_enrolments_can_be_told_apart(client, payment, second, account):
    page = check(client, payment, second, account=account)
    assert [row["社保经办机构名称"] for row in rows(page)] == ["武汉市医疗保障局(医疗)", "华容区医疗保障局(城乡医疗)"]
    assert facts(page)["退费金额合计"] == "760.00 元"


# M2-13
def test_the_account_it_shows_is_the_one_that_was_chosen(client, payment, account, resident):
    reported(resident, OTHER_ACCOUNT, takes_refund=True)
    assert facts(check(client, payment, account=account))["银行账号"] == "**** " + ACCOUNT[-4:]


# M2-07: an empty phone means the registered one, which stays masked
@pytest.mark.parametrize("typed_phone", ["", "   ", "　"])
def test_an_empty_phone_is_the_registered_one(client, payment, account, resident, typed_phone):
    page = check(client, payment, account=account, contact_phone=typed_phone)
    assert facts(page)["办理人电话"] == str(resident.person.phone)
    assert resident.person.phone.reveal("in a test") not in page.content.decode()


# M2-13
def test_it_carries_every_answer_to_the_submission(client, payment, second, account):
    data = typed(payment, second, account=account, contact_phone=PHONE, reason="other", words="重复<交>了\n两次")
    page = client.post(APPLY, data)
    for name in ("key", "account", "contact_phone", "reason", "words"):
        assert values(page, name) == [str(data[name])]
    assert set(values(page, "payment")) == {str(payment.pk), str(second.pk)}
    assert "<交>" not in page.content.decode()


# M2-13: 返回
def test_going_back_to_change_keeps_what_was_typed(client, payment, second, account):
    data = typed(payment, second, account=account, contact_phone=PHONE, reason="other", words="单位也交了", step="edit")
    page = client.post(APPLY, data)
    assert page.status_code == 200
    assert ticked(page, "account") == [str(account.pk)]
    assert boxes(page, "contact_phone")[0]["value"] == PHONE
    assert selected(page, "reason") == "other"
    assert text(by_id(tree(page), "id_words")) == "单位也交了"
    assert values(page, "key") == [data["key"]]
    assert len(values(page, "payment")) == 2
    assert "请先修改" not in text(page)


# M2-13
def test_no_answer_in_an_address_submits_anything(client, payment, account):
    for step in ("fill", "confirm", "edit"):
        assert client.get(APPLY, typed(payment, account=account, step=step)).status_code == 200
    assert client.head(APPLY, typed(payment, account=account, step="confirm")).status_code == 200
    assert not MedicalRefund.objects.exists()


# M2-10, M2-13: what was checked is what is submitted
def test_an_account_changed_meanwhile_is_asked_for_again(client, payment, account, resident):
    data = typed(payment, account=account)
    client.post(APPLY, data)
    now = changed(resident, account, OTHER_ACCOUNT)
    response = client.post(APPLY, data | {"step": "confirm"})
    assert response.status_code == 422
    assert (values(response, "account"), ticked(response, "account")) == ([str(now.pk)], [])
    assert not MedicalRefund.objects.exists()


# M2-13
def test_in_the_dialog_it_is_the_same_page(client, payment, account):
    data = typed(payment, account=account)
    fragment = client.post(APPLY, data, headers=DIALOG)
    assert b"<html" not in fragment.content
    assert text(fragment) in text(client.post(APPLY, data))

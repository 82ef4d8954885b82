"""更正账户 after a bounce: another reported account, the decision stands (design.md section 4; M1-15, M2-14, H-03)."""

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from bankreports import register
from bankreports.models import Bank
from handoff.models import Delivery
from refunds import actions
from refunds.states import RefundStatus
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, reported
from tests.medical.agency import fresh, tell
from tests.medical.factories import changed, closed, submitted
from tests.medical.reading import error_at, links, rows, ticked, values
from tests.pages import by_id, text, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def bounced(resident, cast):
    refund = submitted(resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    tell(refund, "accepted")
    return tell(refund, "bounced")


@pytest.fixture
def failed(bounced, resident):
    """The account the bank could not pay to."""
    return register.usable(resident.person).get()


def url(refund) -> str:
    return f"/refunds/{refund.number}/account/"


def correct(client, refund, account, phone="13900000002"):
    said = {"account": account.pk, "contact_phone": phone}
    checked = client.post(url(refund), said, follow=True)
    return (
        client.post(url(refund), said | {"step": "confirm"}, follow=True)
        if "还没有重新退付" in text(checked)
        else checked
    )


def sent(refund) -> dict:
    return json.loads(Delivery.objects.get(instruction_id=fresh(refund).instruction_id).body.reveal("in a test"))


# H-03, G-08
def test_it_waits_on_the_home_page_however_much_came_after_it(client, bounced, resident, cast):
    for _ in range(7):
        submitted(resident, office=cast.county)
    todo = by_id(tree(client.get("/")), "todo")
    assert "更正账户，重新退付（380.00 元）" in text(todo)
    assert links(todo)[f"去更正 {bounced.number}"] == f"/refunds/{bounced.number}/"
    page = client.get(f"/refunds/{bounced.number}/")
    assert "退付失败" in text(page)
    assert "原因：户名不符" in text(page)
    assert links(page)["更正账户"] == url(bounced)


# H-03
def test_without_another_account_the_way_leads_to_the_report_and_back_to_this_very_page(client, bounced):
    page = client.get(url(bounced))
    assert "没有别的账户可用" in text(page)
    assert not values(page, "account")
    report = urlsplit(links(page)["去存款账户账号报告"])
    assert (report.path, parse_qs(report.query)["next"]) == ("/bankreports/", [url(bounced)])


# H-03, I-42
def test_from_the_report_one_comes_back_and_is_paid(client, bounced, resident):
    client.get(links(client.get(url(bounced)))["去存款账户账号报告"])
    drafted(resident, OTHER_ACCOUNT)
    seen = values(client.get("/bankreports/check/"), "seen")[0]
    home = client.post("/bankreports/check/", {"seen": seen}, follow=True)
    assert links(home)["返回继续退费"] == url(bounced)
    page = client.get(url(bounced))
    other = register.usable(resident.person).get(pk=values(page, "account")[0])
    assert "账户已更正" in text(correct(client, bounced, other))
    assert "返回继续退费" not in links(client.get("/"))
    for event in ("accepted", "paid"):
        tell(bounced, event)
    assert fresh(bounced).refund_status == RefundStatus.REFUNDED


# H-03
def test_the_failed_account_is_not_offered_and_not_taken(client, bounced, failed, resident):
    other = reported(resident, OTHER_ACCOUNT)
    page = client.get(url(bounced))
    assert (values(page, "account"), ticked(page, "account")) == ([str(other.pk)], [str(other.pk)])
    assert parse_qs(urlsplit(links(page)["存款账户账号报告"]).query)["next"] == [url(bounced)]
    response = correct(client, bounced, failed)
    assert response.status_code == 422
    assert error_at(response, "account") == "请从列表中选择账户。"
    assert fresh(bounced).attempt == 1


# H-03
def test_another_account_goes_out_as_the_next_instruction_on_the_same_decision(client, bounced, resident, cast):
    other = reported(resident, OTHER_ACCOUNT)
    assert "不用重新申请" in text(correct(client, bounced, other))
    again = fresh(bounced)
    assert (again.refund_status, again.instruction_id) == (RefundStatus.APPROVED, f"{bounced.number}-2")
    assert (again.review_result, again.decided_by, again.agency_reason) == ("passed", cast.reviewer, "")
    assert (sent(again)["payee"]["account_number"], sent(again)["payee"]["contact_phone"]) == (
        OTHER_ACCOUNT,
        "13900000002",
    )
    assert Delivery.objects.filter(number=bounced.number).count() == 2


# M2-10: what was wrong is changed in the report, and then the account is another
@pytest.mark.parametrize(
    "mend",
    [
        {"number": OTHER_ACCOUNT},
        {"branch": "中国农业银行股份有限公司鄂州葛店支行"},
        {"bank_class": "102"},
    ],
    ids=lambda mend: next(iter(mend)),
)
def test_the_same_account_put_right_in_the_report_is_offered(client, bounced, failed, resident, mend):
    if "bank_class" in mend:
        mend = {"bank_class": Bank.objects.get(code=mend["bank_class"])}
    mended = changed(resident, failed, **mend)
    page = client.get(url(bounced))
    assert values(page, "account") == [str(mended.pk)]
    correct(client, bounced, mended)
    assert sent(bounced)["payee"]["bank"].startswith(mended.bank_class_id)
    assert sent(bounced)["payee"]["branch"] == mended.branch


# M2-10: 户名不符 is what banks say most
def test_a_name_put_right_in_the_report_is_offered(client, bounced, failed, resident):
    mended = changed(resident, failed, account_name="阿依古丽·买买提")
    page = client.get(url(bounced))
    assert values(page, "account") == [str(mended.pk)]
    correct(client, bounced, mended)
    assert sent(bounced)["payee"]["account_name"] == "阿依古丽·买买提"


# M2-10
@pytest.mark.parametrize("what", [{"remark": "常用"}, {"opened_on": date(2020, 1, 1)}, {"takes_refund": True}])
def test_a_change_that_the_bank_does_not_see_does_not_make_it_another(client, bounced, failed, resident, what):
    changed(resident, failed, **what)
    assert "没有别的账户可用" in text(client.get(url(bounced)))


# H-03
@pytest.mark.parametrize("why", ["closed", "draft", "another's"])
def test_only_a_usable_account_of_ones_own_is_taken(client, bounced, resident, cast, why):
    if why == "another's":
        wrong = reported(cast.stranger, OTHER_ACCOUNT)
    else:
        wrong = (drafted if why == "draft" else reported)(resident, OTHER_ACCOUNT)
    if why == "closed":
        closed(resident, wrong)
    assert correct(client, bounced, wrong).status_code == 422
    assert fresh(bounced).refund_status == RefundStatus.PAYMENT_FAILED


# H-03
def test_pressed_twice_it_is_one_new_instruction(client, bounced, resident):
    other = reported(resident, OTHER_ACCOUNT)
    correct(client, bounced, other)
    assert "不在“退付失败”状态" in text(correct(client, bounced, other))
    assert fresh(bounced).attempt == 2


# H-03
def test_a_second_bounce_can_be_corrected_back_to_the_first_account(client, bounced, failed, resident):
    correct(client, bounced, reported(resident, OTHER_ACCOUNT))
    tell(bounced, "bounced")
    correct(client, bounced, failed)
    assert fresh(bounced).instruction_id.endswith("-3")
    assert sent(bounced)["payee"]["account_number"] == ACCOUNT


# H-03
def test_somebody_elses_account_page_does_not_exist(client, bounced, cast):
    client.force_login(cast.stranger)
    assert client.get(url(bounced)).status_code == 404
    assert correct(client, bounced, reported(cast.stranger)).status_code == 404
    assert fresh(bounced).attempt == 1


# H-03
def test_no_page_of_the_way_shows_a_full_number(client, bounced, resident):
    other = reported(resident, OTHER_ACCOUNT)
    phone = resident.person.phone.reveal("in a test")
    pages = [client.get(url(bounced)), client.post(url(bounced), {}), correct(client, bounced, other, phone="")]
    pages.append(client.get("/medical/progress/"))
    for page in pages:
        plain = page.content.decode().replace(" ", "")
        assert not [secret for secret in (ACCOUNT, OTHER_ACCOUNT, phone) if secret in plain]
    assert rows(pages[-1])[0]["银行账号"] == "**** 0088"

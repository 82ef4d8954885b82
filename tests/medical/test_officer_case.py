"""One medical case with everything a decision needs: what was said, what the ledger knows, and who may decide (O-01 … O-05)."""

import re
from datetime import UTC, date, datetime

import pytest

from bankreports.models import Branch, DepositAccountRecord
from handoff.models import Delivery
from medical.models import MedicalRefund
from refunds import actions, schemes
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.accounts.factories import UserFactory
from tests.bankreports.factories import ACCOUNT
from tests.medical.agency import tell
from tests.medical.factories import EnrolmentFactory, PaymentFactory, applied, submitted
from tests.medical.reading import facts, rows
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import submitted as pension
from tests.review.answering import answers

pytestmark = pytest.mark.django_db
SPRING = datetime(2024, 3, 1, 2, tzinfo=UTC)
EVE = datetime(2023, 12, 31, 15, 59, tzinfo=UTC)  # the last minute of 2023 in Beijing
NEW_YEAR = datetime(2023, 12, 31, 16, 0, tzinfo=UTC)


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county, care_amount="15.00", reason="other", words="单位也交了")


def url(refund, verb=""):
    return f"/review/{refund.number}/{verb}"


def checks(client, refund) -> dict[str, tuple[bool, str]]:
    """Rule → whether it holds, and the evidence."""
    box = by_id(tree(client.get(url(refund))), "checks")
    lines = [text(item) for item in find_all(box, lambda tag, attrs: tag == "li")]
    # Those to be looked at come first, each marked as such; those that hold are folded together below.
    doubtful = [line.startswith("请核对 ") for line in lines]
    assert doubtful == sorted(doubtful, reverse=True)
    said = [re.fullmatch(r"(?:请核对|通过) (.+?) ：(.+?) 数据：.*", line).groups() for line in lines]
    return {rule: (not doubts, evidence) for doubts, (rule, evidence) in zip(doubtful, said, strict=True)}


# O-01, M2-03, M2-06, M2-07
def test_it_shows_what_was_paid_where_and_why_it_is_asked_back(client, officer, refund):
    page = tree(client.get(url(refund)))
    said = facts(by_id(page, "payments"))
    enrolment = refund.payment.enrolment
    assert said == {
        "参保年度": "2024",
        "征收项目名称": "城乡居民基本医疗保险费",
        "退费金额（元）": "395.00",
        "医疗金额（元）": "380.00",
        "长护金额（元）": "15.00",
        "费款所属期起": "2024-01-01",
        "费款所属期止": "2024-12-31",
        "缴费发生日期": "2023-09-06",
        "社保经办机构名称": enrolment.agency_name,
        "社保编码": enrolment.social_number,
        "票证号码": refund.payment.ticket_number,
        "缴费渠道": "楚税通",
        "退费理由": "其他：单位也交了",
    }


# M2-07: numbers stay masked
def test_it_shows_the_account_as_it_was_reported(client, officer, refund, cast):
    page = client.get(url(refund))
    person = cast.resident.person
    assert facts(by_id(tree(page), "payee")) == {
        "登记手机号": str(person.phone),
        "开户行所在地": "鄂州市华容区",
        "银行行别": "中国农业银行",
        "开户银行": "中国农业银行股份有限公司鄂州鄂城支行",
        "账户性质": "一般存款账户",
        "账户名称": person.name,
        "银行账号": "**** 0018",
        "办理人电话": "139****0001",
    }
    for secret in (ACCOUNT, person.id_number.reveal("in a test"), person.phone.reveal("in a test"), "13900000001"):
        assert secret not in page.content.decode()


# design.md section 4
def test_the_amount_is_compared_with_the_ledger(client, officer, refund):
    assert checks(client, refund)["退费金额"] == (True, "缴费 395.00 元，申请退 395.00 元")
    compared = rows(by_id(tree(client.get(url(refund))), "compare"))
    assert {"申请": "395.00 元", "缴费记录": "395.00 元", "对照": "一致"} in compared


@pytest.mark.breaks_on_purpose
def test_an_amount_that_is_not_the_payments_is_pointed_out(client, officer, refund):
    MedicalRefund.objects.update(amount="400.00")
    assert checks(client, refund)["退费金额"][0] is False


# domain.md B5: 重复缴费, in any enrolment
def test_a_second_payment_of_the_year_that_stays_paid_is_the_proof_of_a_double_one(client, officer, refund, cast):
    holds, evidence = checks(client, refund)["同年度其他缴费"]
    assert not holds
    assert "退费后该年度将没有居民医保缴费" in evidence
    elsewhere = EnrolmentFactory(person=cast.resident.person, agency_name="武汉市医疗保障局(医疗)")
    PaymentFactory(enrolment=elsewhere, year=2023)
    PaymentFactory(year=2024)  # somebody else's
    assert checks(client, refund)["同年度其他缴费"][0] is False
    second = PaymentFactory(enrolment=elsewhere, year=2024, office=cast.county)
    assert checks(client, refund)["同年度其他缴费"] == (
        True,
        "2024 年度另有一笔 380.00 元缴费未退（武汉市医疗保障局(医疗)）",
    )
    other = applied(cast.resident, second)
    assert checks(client, refund)["同年度其他缴费"][0] is False
    assert checks(client, other)["同年度其他缴费"][0] is False
    actions.withdraw(other.number, by=cast.resident)
    assert checks(client, refund)["同年度其他缴费"][0] is True


# domain.md B5: the day is that of Beijing
@pytest.mark.parametrize(("at", "holds"), [(EVE, True), (NEW_YEAR, False), (SPRING, False)])
def test_whether_the_benefit_period_had_begun_is_said(client, officer, refund, at, holds):
    MedicalRefund.objects.update(submitted_at=at)
    found, evidence = checks(client, refund)["待遇享受期"]
    assert found is holds
    assert "待遇享受期 2024-01-01 起" in evidence
    assert ("尚未开始" in evidence) is holds


# M2-10
def test_an_account_changed_in_the_report_since_is_pointed_out(client, officer, refund, cast):
    assert checks(client, refund)["申请时的账户"][0] is True
    DepositAccountRecord.objects.filter(person=cast.resident.person).update(in_force=False)
    holds, evidence = checks(client, refund)["申请时的账户"]
    assert not holds
    assert "退费仍会退到申请时的账户" in evidence


# design.md section 4: a reason that makes no sense here is not offered
def test_arrived_at_hrss_is_no_reason_for_the_medical_insurance(client, officer, refund):
    assert "该笔缴费已到账" not in text(client.get(url(refund)))


# domain.md B2
def test_a_branch_that_nobody_knows_is_pointed_out(client, officer, refund):
    assert Branch.objects.filter(name=refund.branch).exists()
    assert checks(client, refund)["开户银行名称"] == (True, refund.branch)
    MedicalRefund.objects.update(branch="中国农业银行股份有限公司某某支行")
    holds, evidence = checks(client, refund)["开户银行名称"]
    assert not holds
    assert "中国农业银行股份有限公司某某支行 不在网点名录里" in evidence


# M1-09
def test_the_name_and_a_shared_account_are_watched_across_the_schemes(client, officer, refund, cast):
    assert checks(client, refund)["账户名称与退费人一致"][0] is True
    assert checks(client, refund)["银行账号未与他人共用"][0] is True
    pension(UserFactory(), office=cast.county, number=ACCOUNT)
    assert checks(client, refund)["银行账号未与他人共用"][0] is False
    MedicalRefund.objects.filter(pk=refund.pk).update(account_name="别人")
    assert checks(client, refund)["账户名称与退费人一致"][0] is False


# O-02, O-05
def test_passing_hands_it_to_the_medical_insurance(client, officer, refund):
    response = client.post(url(refund, "approve/"), answers(refund), follow=True)
    assert f"{refund.number} 审核通过，已自动向医疗保障部门发起退费申请" in text(response)
    assert Delivery.objects.get().number == refund.number
    assert client.post(url(refund, "approve/")).status_code == 409
    assert Delivery.objects.count() == 1


# O-03
def test_a_rejection_needs_a_reason_and_sends_nothing(client, officer, refund):
    assert client.post(url(refund, "reject/"), {"remark": "x"}).status_code == 422
    client.post(url(refund, "reject/"), {"reason": "account_name", "remark": "户名少一个字"})
    assert MedicalRefund.objects.get().refund_status == RefundStatus.TAX_RETURNED
    assert not Delivery.objects.exists()


# O-01
def test_another_offices_case_does_not_exist(client, refund, cast):
    client.force_login(cast.outsider)
    assert client.get(url(refund)).status_code == 404
    for verb in ("approve/", "reject/"):
        assert client.post(url(refund, verb), {"reason": "other", "remark": "x"}).status_code == 404
    assert refund.number not in text(client.get("/review/?queue=all"))
    assert MedicalRefund.objects.get().refund_status == RefundStatus.APPLIED


# O-01
def test_the_payee_may_not_decide_even_as_an_officer(client, officer, cast):
    own = submitted(UserFactory(person=officer.person), office=cast.county)
    assert "须由另一位税务人员审核" in text(client.get(url(own)))
    for verb in ("approve/", "reject/"):
        assert client.post(url(own, verb), {"reason": "other", "remark": "x"}).status_code == 409
    assert MedicalRefund.objects.get().refund_status == RefundStatus.APPLIED


# O-01
@pytest.mark.parametrize("who", ["auditor", "countersigner"])
def test_who_only_reads_has_no_button(client, refund, cast, who):
    client.force_login(getattr(cast, who))
    page = tree(client.get(url(refund)))
    assert refund.number in text(page)
    assert not find_all(page, lambda tag, attrs: tag == "form" and "approve" in attrs.get("action", ""))
    assert client.post(url(refund, "approve/")).status_code in (403, 409)
    assert MedicalRefund.objects.get().refund_status == RefundStatus.APPLIED


# O-05, H-03
def test_the_record_tells_what_the_medical_insurance_and_the_bank_said(client, officer, refund):
    actions.approve(refund.number, by=officer)
    tell(refund, "accepted")
    tell(refund, "bounced")
    words = text(by_id(tree(client.get(url(refund))), "history"))
    for part in ("医疗保障部门", "医保核验通过，转银行退付", "银行退付失败", "户名不符", officer.display_name):
        assert part in words


# O-01
def test_the_other_applications_of_the_person_stand_beside_it(client, officer, refund, cast):
    other = submitted(cast.resident, office=cast.county, year=2023)
    actions.reject(other.number, by=cast.colleague, reason=RejectReason.objects.first())
    assert [row["申请单号"] for row in rows(by_id(tree(client.get(url(refund))), "others"))] == [other.number]


# O-01
def test_a_case_costs_a_fixed_number_of_queries(client, officer, refund, cast, django_assert_num_queries):
    client.get(url(refund))
    with django_assert_num_queries(20 + len(schemes.every())):
        client.get(url(refund))
    for day in range(1, 6):
        PaymentFactory(enrolment=refund.payment.enrolment, paid_on=date(2023, 10, day))
    client.get(url(refund))  # what is new is noticed once, with one UPDATE
    with django_assert_num_queries(20 + len(schemes.every())):
        client.get(url(refund))

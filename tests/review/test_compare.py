"""The claim beside the record, row by row, each with its verdict in words (O-04)."""

import pytest

from pension.models import Payment, PensionRefund
from tests.medical.factories import submitted as medical
from tests.medical.reading import rows
from tests.pages import by_id, tree
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


def verdicts(client, refund):
    """(claim, record, verdict) of each row."""
    found = rows(by_id(tree(client.get(f"/review/{refund.number}/")), "compare"))
    return [(row["申请"], row["缴费记录"], row["对照"]) for row in found]


def test_what_agrees_says_so(client, officer, cast):
    refund = submitted(cast.resident, office=cast.county)
    found = verdicts(client, refund)
    name = cast.resident.person.name
    assert (name, name, "一致") in found
    assert ("1,000.00 元", "1,000.00 元", "一致") in found
    assert ("2019 年度，整笔", "2019-01-01 — 2019-12-31", "一致") in found
    assert ("申请退回未到账或异常的缴费", "未到账", "一致") in found
    assert ("中国农业银行 **** 0018", "没有其他退费人使用", "--") in found


@pytest.mark.breaks_on_purpose
def test_what_is_spelled_otherwise_or_differs_says_so(client, officer, cast):
    refund = submitted(cast.resident, office=cast.county)
    person = cast.resident.person
    type(person).objects.filter(pk=person.pk).update(name="买买提·吐尔逊")
    PensionRefund.objects.update(account_name="买买提吐尔逊")
    Payment.objects.update(amount="300", arrival_status="arrived")
    found = verdicts(client, refund)
    assert ("买买提吐尔逊", "退费人 买买提·吐尔逊", "写法不同") in found
    assert ("1,000.00 元", "300.00 元", "不同") in found
    assert ("申请退回未到账或异常的缴费", "已到账", "不同") in found
    PensionRefund.objects.update(account_name="王小二")
    assert ("王小二", "退费人 买买提·吐尔逊", "不同") in verdicts(client, refund)


def test_a_medical_claim_stands_beside_its_payment(client, officer, cast):
    found = verdicts(client, medical(cast.resident, office=cast.county))
    assert ("380.00 元", "380.00 元", "一致") in found
    assert ("重复缴费", "城乡居民基本医疗保险费", "--") in found

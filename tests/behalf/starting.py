"""What an officer has started for somebody, and somebody at the counter."""

import uuid

from bankreports.models import Bank
from pension.models import PensionRefund
from refunds import actions, schemes
from refunds.models import RefundApplication
from tests.accounts.factories import PersonFactory
from tests.pension.factories import ACCOUNT, PaymentFactory, account_of
from tests.reports import report

OTHER_ACCOUNT = "6228480402564890026"
EVIDENCE = "本人到窗口；身份证原件、邮储存折"


def start(officer, payment, *, evidence=EVIDENCE, scheme="pension", **account) -> RefundApplication:
    """A 待审核 application of 养老 that the officer has started for whoever paid."""
    refund = schemes.get(scheme).started(payment, account_of(payment.person) | account)
    refund.evidence = evidence
    return actions.submit(refund, by=officer, key=uuid.uuid4())


def started(cast, person=None, *, officer=None, **payment) -> PensionRefund:
    """For a person without an account, of a payment that has arrived."""
    payment = PaymentFactory(person=person or PersonFactory(), office=cast.county, arrived=True, **payment)
    return start(officer or cast.reviewer, payment)


def bounced(cast, person=None) -> PensionRefund:
    """Started by the reviewer, passed by her colleague, and the bank could not pay."""
    refund = started(cast, person)
    actions.approve(refund.number, by=cast.colleague)
    report(refund.number, events=["bounced"])
    return PensionRefund.objects.get(pk=refund.pk)


def another_account(refund) -> dict:
    return account_of(refund.applicant, OTHER_ACCOUNT)


def typed(payment, /, **changes) -> dict:
    """What an officer sends from 代为发起, of a payment of 养老."""
    usual = {
        "payment": f"pension:{payment.pk}",
        "key": str(uuid.uuid4()),
        "step": "submit",
        "account_type": "card",
        "account_number": ACCOUNT,
        "bank": Bank.objects.get(code="103").pk,
        "contact_name": payment.person.name,
        "contact_phone": "13900000001",
        "how": "self",
        "proof": "身份证原件、邮储存折",
        "consent": "on",
        "signed": "on",
    }
    return usual | changes

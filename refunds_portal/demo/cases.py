"""What has happened before the visitor of the demo arrives: a filled queue and cases in every later state."""

import uuid

from django.contrib.auth.hashers import make_password

from accounts.demo import NEWCOMER, PASSWORD, person_number
from accounts.identity import id_index
from accounts.models import Person, Role, User
from bankreports.models import Bank
from inbox.questions import asking
from inbox.questions.models import Topic
from pension import applications
from pension.codes import AccountType
from pension.models import Payment, PaymentType, PensionRefund
from refunds import actions
from refunds.models import RejectReason
from refunds_portal.demo.names import HANCHUAN, LIU

# The agency decides by the last two digits: 01 refused, 02 bounced, 03 silent, 04 every message twice (design.md section 7).
ENDINGS = ["88", "01", "02", "17", "04", "65"]


def play() -> None:
    """Called once, on an empty demo database, after the feeds are loaded."""
    liu, newcomer = (
        Person.objects.get(id_index=id_index("201", person_number(division, born)))
        for _name, division, born, _phone in (LIU, NEWCOMER)
    )
    User.objects.create_user("liuxiulan", PASSWORD, role=Role.RESIDENT, person=liu)
    first, second = User.objects.get(username="shenhe1"), User.objects.get(username="shenhe2")
    waiting = _submit_for_everybody(but=[liu, newcomer])
    big = next(refund for refund in waiting if refund.amount > 10000)
    assert big.number, "it was submitted"
    actions.approve(big.number, by=first)
    here = [refund for refund in waiting if refund.office_id == HANCHUAN and refund != big]
    for refund in here[: len(ENDINGS)]:
        assert refund.number, "it was submitted"
        actions.approve(refund.number, by=second)
    reasons = RejectReason.objects.in_bulk(["account_name", "proof"])
    for refund, (code, remark) in zip(
        here[-2:], [("account_name", ""), ("proof", "请补充重复缴费的银行流水")], strict=True
    ):
        assert refund.number, "it was submitted"
        actions.reject(refund.number, by=first, reason=reasons[code], remark=remark)
    _ask_about(here[len(ENDINGS)])


def _ask_about(refund: PensionRefund) -> None:
    """A question for 税务端 → 咨询."""
    assert refund.submitted_by is not None, "it was submitted"
    assert refund.number, "it was submitted"
    words = {"topic": Topic.REVIEW, "about": refund.number, "text": "审核大概什么时候能办完？存折可以收款吗？"}
    asking.ask(by=refund.submitted_by, office=refund.office, key=uuid.uuid4(), **words)


def _submit_for_everybody(but) -> list[PensionRefund]:
    bank = Bank.objects.first()
    refunds = []
    payments = Payment.objects.filter(payment_type=PaymentType.PERSONAL).exclude(person__in=but)
    payments = payments.select_related("person", "office").order_by("office_id", "pk")
    for position, payment in enumerate(payments):
        person = payment.person
        # Neighbours cannot sign in: they are there to fill the queue.
        user = User.objects.create(
            username=f"demo{position:03d}", role=Role.RESIDENT, person=person, password=make_password(None)
        )
        account = {
            "account_type": AccountType.CARD,
            "account_number": f"95599{position:010d}{ENDINGS[position % len(ENDINGS)]}",
            "account_name": person.name,
            "bank": bank,
            "contact_name": person.name,
            "contact_phone": person.phone,
        }
        refunds += applications.apply([payment], account=account, by=user, key=uuid.uuid4())
    return refunds

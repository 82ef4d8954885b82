"""What 工伤 declares about itself."""

from refunds.records.single import changes_of
from refunds.said import MOST_STARTABLE, Paid, Startable, Table
from refunds.schemes import Scheme
from refunds.visibility import area_of
from tests.injury.feeds import PaymentFeed
from tests.injury.forms import AccountForm
from tests.injury.models import InjuryPayment, InjuryRefund

SAID = {
    "person_id": "缴费人",
    "year": "缴费年度",
    "amount": "缴费金额",
    "period_start": "费款所属期起",
    "period_end": "费款所属期止",
    "record_status": "记录状态",
}


class InjuryScheme(Scheme):
    """工伤保险: what a person paid for herself, refunded to an account of her own."""

    model = InjuryRefund
    ledger = InjuryPayment
    code = "injury"
    prefix = "GS"
    label = "工伤保险"
    short = "工伤"
    menu = "工伤保险费退费"
    choice = "工伤社保费退费"
    summary = "退回本人多缴的工伤保险费。"

    agency = "hrss"
    agency_name = "人社"
    agency_title = "人力资源和社会保障部门"
    hotline = "12333"

    home = "injury:list"
    progress = "injury:progress"

    def apply_again_url(self, refund):
        return f"{self.home_url}?payment={refund.payment_id}"

    def changes(self, refunds):
        return changes_of(refunds, said=SAID, owner=lambda payment: payment.person_id)

    def payments(self, refund):
        columns = [("缴费年度", "text"), ("退费金额（元）", "money"), ("缴费日期", "date"), ("票证号码", "text")]
        payment = refund.payment
        row = [payment.year, refund.amount, payment.paid_on, payment.ticket_number]
        return Table("申请退回的缴费", columns, [row])

    def account(self, refund):
        return [
            ("银行类别", refund.bank_name),
            ("银行账号", refund.account_number),
            ("银行账户名称", refund.account_name),
            ("联系人电话", refund.contact_phone),
        ]

    def paid_with(self, payments):
        return payments, InjuryRefund.objects.filter(payment__in=payments.values("pk"), holds=True)

    def paid(self, payments, refunds):
        live, found = {refund.payment_id: refund for refund in refunds}, []
        for payment in payments:
            refund = live.get(payment.pk)
            words = {"status": refund.refund_status, "words": refund.status_label, "refund": refund} if refund else {}
            found.append(Paid(payment.ticket_number, payment.year, "工伤保险费", payment.amount, **words))
        return found

    def account_form(self, refund, data, *, registered_phone):
        return AccountForm(data, payee_name=refund.account_name, registered_phone=registered_phone)

    def startable(self, person, *, by):
        payments = InjuryPayment.objects.filter(area_of(by), person=person).order_by("-year", "-id")[
            : MOST_STARTABLE + 1
        ]
        live = set(
            InjuryRefund.objects.filter(payment__in=list(payments), holds=True).values_list("payment", flat=True)
        )
        return [_startable(payment, payment.pk in live) for payment in payments]

    def behalf_form(self, person, data, *, initial):
        return AccountForm(data, payee_name=person.name, registered_phone=person.phone, initial=initial)

    def started(self, payment, said):
        refund = InjuryRefund.of_payment(payment)
        refund.set_account(said)
        return refund

    def payment_feed(self):
        return PaymentFeed()


def _startable(payment, live) -> Startable:
    period = f"{payment.period_start} — {payment.period_end}"
    why_not = f"工伤 {payment.year} 年 {payment.amount} 元正在退费或已经退费。" if live else ""
    return Startable(payment, payment.ticket_number, period, payment.channel, why_not)


INJURY = InjuryScheme()

"""What 工伤 declares about itself."""

from refunds.schemes import Scheme, Table
from tests.injury.feeds import PaymentFeed
from tests.injury.forms import AccountForm
from tests.injury.models import InjuryRefund


class InjuryScheme(Scheme):
    """工伤保险: what a person paid for herself, refunded to an account of her own."""

    model = InjuryRefund
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

    def account_form(self, refund, data, *, registered_phone):
        return AccountForm(data, payee_name=refund.account_name, registered_phone=registered_phone)

    def payment_feed(self):
        return PaymentFeed()


INJURY = InjuryScheme()

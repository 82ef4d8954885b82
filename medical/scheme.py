"""What 医保 declares about itself."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from foundation.jinja2 import moment
from medical import behalf, checks, corrections
from medical.feeds import PaymentFeed
from medical.forms import BehalfForm, CorrectionForm, TypedBehalfForm, TypedCorrectionForm
from medical.models import MedicalRefund, Payment
from medical.rows import rows_of
from refunds.checking import DIFFERENT, SAME, Compared, compared
from refunds.said import Paid, Table
from refunds.schemes import Scheme


class MedicalScheme(Scheme):
    """城乡居民医疗保险: a person's payments, refunded to an account that was reported before."""

    model = MedicalRefund
    ledger = Payment
    payer = "enrolment__person"
    code = "medical"
    prefix = "YB"
    label = "城乡居民医疗保险"
    short = "医疗"
    everyday = "医保"
    menu = "城乡居民基本医疗保险费退费"
    choice = "城乡居民医保社保费退费"
    drawing = "heart-pulse"
    who_may = f"参保人本人，{settings.MEDICAL_FIRST_YEAR} 年度及以后"
    to_bring = "已报告的存款账户"
    summary = f"退回本人重复缴纳、错缴或多缴的城乡居民基本医疗保险费（{settings.MEDICAL_FIRST_YEAR} 年度及以后）。"

    agency = "medical"
    agency_name = "医保"
    agency_title = "医疗保障部门"
    hotline = "12393"

    home = "medical:list"
    progress = "medical:progress"
    unfit_reasons = frozenset({"arrived"})
    read_along = ("payment__enrolment__person", "reason")

    def list_url(self, refund):
        asked = {"enrolment": refund.payment.enrolment_id, "year": refund.payment.year}
        return f"{self.home_url}?{urlencode(asked)}"

    def apply_again_url(self, refund):
        return f"{reverse('medical:apply')}?payment={refund.payment_id}"

    def payments(self, refund):
        """The one payment (M2-06)."""
        payment = refund.payment
        cells = [
            ("参保年度", "text", payment.year),
            ("征收项目名称", "text", payment.item_name),
            ("退费金额（元）", "money", refund.amount),
            ("医疗金额（元）", "money", payment.medical_amount),
            ("长护金额（元）", "money", payment.care_amount),
            ("费款所属期起", "date", payment.period_start),
            ("费款所属期止", "date", payment.period_end),
            ("缴费发生日期", "date", payment.paid_on),
        ]
        columns = [(label, kind) for label, kind, _value in cells]
        return Table("申请退回的缴费", columns, [[value for _label, _kind, value in cells]])

    def account(self, refund):
        """As it was reported (M2-07)."""
        return [
            ("开户行所在地", refund.division.place),
            ("银行行别", refund.bank_name),
            ("开户银行", refund.branch),
            ("账户性质", refund.account_kind),
            ("账户名称", refund.account_name),
            ("银行账号", refund.account_number),
            ("办理人电话", refund.contact_phone),
        ]

    def facts(self, refund):
        """Where the person is insured, and why she asks (M2-03, M2-07)."""
        enrolment = refund.payment.enrolment
        return [
            ("社保经办机构名称", enrolment.agency_name),
            ("社保编码", enrolment.social_number),
            ("票证号码", refund.payment.ticket_number),
            ("缴费渠道", refund.payment.channel),
            ("退费理由", refund.reason_text),
        ]

    def receipt(self, refund):
        paid = refund.payment
        return [
            ("参保年度", paid.year),
            ("费款所属期", f"{paid.period_start} — {paid.period_end}"),
            ("征收项目", paid.item_name),
            ("缴费渠道", paid.channel),
            ("票证号码", paid.ticket_number),
        ]

    def checks(self, refunds):
        return checks.checks(refunds)

    def changes(self, refunds):
        return corrections.changes(refunds)

    def compare(self, refund):
        paid = refund.payment
        period = f"{paid.period_start} — {paid.period_end}"
        return [
            compared("缴费人", refund.applicant.name, paid.enrolment.person.name),
            compared("金额", f"{refund.amount:,.2f} 元", f"{paid.amount:,.2f} 元"),
            Compared(
                "费款所属期", f"{refund.year} 年度，整笔", period, SAME if refund.year == paid.year else DIFFERENT
            ),
            Compared("退费理由", refund.reason_text, paid.item_name, ""),
            Compared("提交与缴费", moment(refund.submitted_at), f"{paid.channel}，{paid.paid_on}", ""),
        ]

    def paid_with(self, payments):
        rows = payments.with_refund()
        return rows, MedicalRefund.objects.filter(pk__in=rows.values("refund_id"))

    def paid(self, payments, refunds):
        return [
            Paid(
                ticket=row.payment.ticket_number,
                year=row.payment.year,
                kind=row.payment.item_name,
                amount=row.payment.amount,
                status=row.refund.refund_status if row.refund else "",
                words=row.refund.status_label if row.refund else "",
                refund=row.refund,
            )
            for row in rows_of(payments, refunds)
        ]

    def account_form(self, refund, data, *, registered_phone):
        """Another of the accounts that the payee has reported; as it is typed for one who cannot report any."""
        if behalf.types_account(refund.applicant):
            return TypedCorrectionForm(data, person=refund.applicant, registered_phone=registered_phone)
        return CorrectionForm(data, refund=refund, registered_phone=registered_phone)

    def startable(self, person, *, by):
        return behalf.startable(person, by=by)

    def behalf_form(self, person, data, *, initial):
        form = TypedBehalfForm if behalf.types_account(person) else BehalfForm
        return form(data, person=person, registered_phone=person.phone, initial=initial)

    def started(self, payment, said):
        return behalf.started(payment, said)

    def why_not_again(self, refund):
        return behalf.why_not_again(refund)

    def restarted(self, refund):
        return behalf.restarted(refund)

    def payment_feed(self):
        return PaymentFeed()


MEDICAL = MedicalScheme()

"""What 养老 declares about itself."""

from django.urls import reverse

from pension import behalf
from pension.codes import AGENCY
from pension.feeds import PaymentFeed
from pension.forms import PayeeAccountForm
from pension.lines import LinePeople
from pension.models import APPLICABLE, Payment, PensionRefund
from pension.rows import rows_of
from pension.village.members import Members
from refunds.schemes import Check, Paid, Scheme, Table

CAPTION = "申请退回的缴费"
# What one application of a person shows is no list to turn pages of.
MOST_LINES = 200


class PensionScheme(Scheme):
    """城乡居民养老保险: a person's payments, and what a village or unit paid for its members."""

    model = PensionRefund
    ledger = Payment
    code = "pension"
    prefix = "YL"
    label = "城乡居民养老保险"
    short = "养老"
    menu = "城乡居民社会保险费退费（养老）"
    choice = "城乡居民养老社保费退费"
    summary = "退回本人已缴费但人社未到账、或数据异常的城乡居民养老保险费。"
    village_summary = "整批退回村集体补助、特殊人群代缴的城乡居民养老保险费。"

    agency = "hrss"
    agency_name = AGENCY
    agency_title = "人力资源和社会保障部门"
    hotline = "12333"

    home = "pension:list"
    progress = "pension:progress"
    village_home = "pension:village"

    def page_url(self, refund):
        return reverse("pension:village-lines", args=[refund.number]) if refund.is_batch else super().page_url(refund)

    def draft_url(self, refund):
        return reverse("pension:village-batch", args=[refund.collective_id])

    def apply_again_url(self, refund):
        payment = refund.lines.values_list("payment_id", flat=True)[:1]
        return f"{reverse('pension:apply')}?payment={payment[0]}"

    def people(self, refund):
        return Members(refund) if refund.is_batch else LinePeople(refund)

    def payments(self, refund):
        """Of a batch: the one payment of the village that its people are part of."""
        return _collective_payment(refund) if refund.is_batch else _payments(refund)

    def account(self, refund):
        return [
            ("账户类型", refund.get_account_type_display()),
            ("银行类别", refund.bank_name),
            ("银行账号", refund.account_number),
            ("银行账户名称", refund.account_name),
            ("联系人", refund.contact_name),
            ("联系人电话", refund.contact_phone),
        ]

    def checks(self, refund):
        """The payments are still what they were when applied for (P1-11); what a village paid may have arrived (I-15)."""
        return [_all_of_one_payment(refund) if refund.is_batch else _not_arrived(refund)]

    def paid(self, payments):
        """What a village paid for her stands among them, with what became of her part of its batch."""
        rows = payments.with_refund()
        refunds = PensionRefund.objects.select_related("organisation", "office", "reject_reason")
        found = refunds.in_bulk([payment.refund_id for payment in rows if payment.refund_id])
        return [_paid(row) for row in rows_of(rows, found)]

    def account_form(self, refund, data, *, registered_phone):
        """For another account of the same payee: what was decided was a payment to that name."""
        return PayeeAccountForm(data, payee_name=refund.account_name, registered_phone=registered_phone)

    def startable(self, person, *, by):
        return behalf.startable(person, by=by)

    def behalf_form(self, person, data, *, initial):
        return PayeeAccountForm(data, payee_name=person.name, registered_phone=person.phone, initial=initial)

    def started(self, payment, said):
        return behalf.started(payment, said)

    def must_be_on_behalf(self, refund):
        return behalf.has_arrived(refund)

    def restarted(self, refund):
        return behalf.restarted(refund)

    def payment_feed(self):
        return PaymentFeed()


def _paid(row) -> Paid:
    payment = row.payment
    return Paid(
        ticket=payment.ticket_number,
        year=payment.year,
        kind=payment.get_payment_type_display(),
        amount=payment.amount,
        arrival=payment.get_arrival_status_display(),
        status=row.status if row.refund else "",
        words=row.status_label if row.refund else "",
        refund=row.refund,
    )


def _payments(refund) -> Table:
    columns = [
        ("缴费年度", "text"),
        ("退费金额（元）", "money"),
        ("到账状态", "text"),
        ("缴费类型", "text"),
        ("税款所属期起", "date"),
        ("税款所属期止", "date"),
        ("缴费渠道", "text"),
        ("缴费日期", "date"),
        ("票证号码", "text"),
    ]
    rows = [
        [
            line.payment.year,
            line.amount,
            line.payment.get_arrival_status_display(),
            line.payment.get_payment_type_display(),
            line.payment.period_start,
            line.payment.period_end,
            line.payment.channel,
            line.payment.paid_on,
            line.payment.ticket_number,
        ]
        for line in refund.lines.select_related("payment").order_by("id")[:MOST_LINES]
    ]
    return Table(CAPTION, columns, rows)


def _collective_payment(refund) -> Table:
    paid = refund.collective
    columns = [
        ("缴费年度", "text"),
        ("缴费月份", "text"),
        ("缴费类型", "text"),
        ("税款所属期起", "date"),
        ("税款所属期止", "date"),
        ("退费人数", "number"),
        ("退费金额（元）", "money"),
    ]
    kind, people = paid.get_payment_type_display(), f"{refund.people_count:,}"
    row = [paid.year, paid.month, kind, paid.period_start, paid.period_end, people, refund.amount]
    return Table(CAPTION, columns, [row])


def _all_of_one_payment(refund) -> Check:
    strangers = refund.lines.exclude(payment__collective=refund.collective_id).count()
    evidence = f"有 {strangers} 人不在这笔缴费的名单里" if strangers else "全部人员都在村组的这笔缴费里"
    return Check("人员属于这笔缴费", not strangers, evidence)


def _not_arrived(refund) -> Check:
    if refund.on_behalf:
        return Check("由税务人员代为发起", True, "已到账的缴费也可以申请")
    arrived = refund.lines.exclude(payment__arrival_status__in=APPLICABLE).count()
    evidence = f"有 {arrived} 笔缴费现在已到账" if arrived else "申请的缴费现在仍是未到账或异常"
    return Check("缴费未到账或异常", not arrived, evidence)


PENSION = PensionScheme()

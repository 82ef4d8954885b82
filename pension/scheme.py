"""What 养老 declares about itself."""

from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Sum
from django.urls import reverse

from foundation.jinja2 import moment
from pension import behalf, checks, corrections
from pension.codes import AGENCY, APPLICABLE
from pension.feeds import PaymentFeed
from pension.forms import PayeeAccountForm
from pension.lines import LinePeople
from pension.models import Payment, PensionRefund, PensionRefundLine
from pension.rows import rows_of
from pension.village import begun as batches_begun
from pension.village import overview, signing
from pension.village.forms import VillageAccountForm, initial_of
from pension.village.members import Members
from pension.village.parts import parts_of
from refunds.checking import DIFFERENT, SAME, Compared, compared
from refunds.records import RecordStatus
from refunds.said import Facts, Paid, Refundable, Table
from refunds.schemes import Scheme

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
    village_overview = "pension/village/_overview.jinja"
    read_along = ("collective",)
    downloads = (("pension:village-empty-list", "村组名单模板（.xlsx）"),)

    def page_url(self, refund):
        return reverse("pension:village-lines", args=[refund.number]) if refund.is_batch else super().page_url(refund)

    def draft_url(self, refund):
        return reverse("pension:village-batch", args=[refund.collective_id])

    def apply_again_url(self, refund):
        payment = refund.lines.values_list("payment_id", flat=True)[:1]
        return f"{reverse('pension:apply')}?payment={payment[0]}"

    def people(self, refund):
        return Members(refund) if refund.is_batch else LinePeople(refund)

    def draft_words(self, drafts):
        return batches_begun.words_of(drafts)

    def parts(self, refunds):
        return parts_of([refund for refund in refunds if refund.is_batch])

    def payment_keys(self, refunds):
        lines = PensionRefundLine.objects.filter(refund__in=[refund.pk for refund in refunds if not refund.is_batch])
        found: dict = {refund.pk: set() for refund in refunds}
        for refund, payment in lines.values_list("refund", "payment"):
            found[refund].add(payment)
        return found

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

    def overview(self, clerk):
        return overview.overview_of(clerk)

    def to_sign(self, clerk):
        return overview.to_sign(clerk)

    def papers(self, refund):
        return signing.papers_of(refund) if refund.is_batch else []

    def paper(self, refund, key):
        return signing.paper_of(refund, key)

    def receipt(self, refund):
        return _of_collective(refund) if refund.is_batch else _of_lines(refund)

    def checks(self, refunds):
        return checks.checks(refunds)

    def changes(self, refunds):
        return corrections.changes(refunds)

    def compare(self, refund):
        """A person's one payment; the people of a batch stand in a list of their own."""
        return [] if refund.is_batch else _compare(refund)

    def refundable(self, person):
        own = Payment.objects.of_person(person.pk).filter(
            arrival_status__in=APPLICABLE, record_status=RecordStatus.NORMAL
        )
        held = PensionRefundLine.objects.filter(payment=OuterRef("pk"), live=True)
        sums = own.exclude(Exists(held)).aggregate(payments=Count("pk"), amount=Sum("amount"))
        return Refundable(sums["payments"], sums["amount"] or Decimal(), "人社还没有到账，或数据异常")

    def paid_with(self, payments):
        rows = payments.with_refund()
        refunds = PensionRefund.objects.filter(pk__in=rows.values("refund_id"))
        return rows, refunds.select_related("organisation", "office", "reject_reason", "decided_by__person")

    def paid(self, payments, refunds):
        """What a village paid for her stands among them, with what became of her part of its batch."""
        return [_paid(row) for row in rows_of(payments, {refund.pk: refund for refund in refunds})]

    def account_form(self, refund, data, *, registered_phone):
        """For another account of the same person: what was decided was a payment to that name. A village types its name, so that
        may be what the bank refused; everything else it has said is kept."""
        if refund.is_batch:
            return VillageAccountForm(data, draft=refund, initial=initial_of(refund))
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

    def why_not_again(self, refund):
        return behalf.why_not_again(refund)

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


def _of_lines(refund) -> Facts:
    """Of a person's application, on its receipt."""
    paid = [line.payment for line in refund.lines.select_related("payment").order_by("id")[:MOST_LINES]]
    first, kinds = paid[0], {payment.get_payment_type_display() for payment in paid}
    period = f"{min(one.period_start for one in paid)} — {max(one.period_end for one in paid)}"
    tickets = first.ticket_number if len(paid) == 1 else f"{first.ticket_number} 等 {len(paid)} 张"
    return [
        ("缴费年度", "、".join(str(year) for year in sorted({payment.year for payment in paid}))),
        ("税款所属期", period),
        ("缴费类型", "、".join(sorted(kinds))),
        ("缴费渠道", first.channel),
        ("票证号码", tickets),
    ]


def _of_collective(refund) -> Facts:
    """Of a village's batch."""
    paid = refund.collective
    return [
        ("缴费年度", paid.year),
        ("税款所属期", f"{paid.period_start} — {paid.period_end}"),
        ("缴费类型", paid.get_payment_type_display()),
        ("退费人数", f"{refund.parts.everybody.people if refund.parts else refund.people_count:,} 人"),
        *([("办理结果", refund.parts.summary)] if refund.parts and refund.parts.summary else []),
    ]


def _compare(refund) -> list[Compared]:
    line = refund.lines.select_related("payment__person").get()
    paid = line.payment
    wanted = "由税务人员代为发起" if refund.evidence else "申请退回未到账或异常的缴费"
    fits = bool(refund.evidence) or paid.is_applicable
    period = f"{paid.period_start} — {paid.period_end}"
    return [
        compared("缴费人", refund.applicant.name, paid.person.name),
        compared("金额", f"{line.amount:,.2f} 元", f"{paid.amount:,.2f} 元"),
        Compared("税款所属期", f"{refund.year} 年度，整笔", period, SAME if refund.year == paid.year else DIFFERENT),
        Compared("到账状态", wanted, paid.get_arrival_status_display(), SAME if fits else DIFFERENT),
        Compared("提交与缴费", moment(refund.submitted_at), f"{paid.channel}，{paid.paid_on}", ""),
    ]


PENSION = PensionScheme()

"""What 养老 declares about itself to review and handoff."""

from refunds.schemes import Check, Facts, Scheme, Table


def account_form(refund, data, *, registered_phone):
    """The form that asks for another account of the same payee: what was decided was a payment to that name."""
    from pension.forms import PayeeAccountForm as AccountForm

    return AccountForm(data, payee_name=refund.account_name, registered_phone=registered_phone)


def payments(refund) -> Table:
    """The payments an application refunds; of a batch the one payment of the village that its people are part of."""
    if refund.is_batch:
        return _collective_payment(refund)
    lines = refund.lines.select_related("payment").order_by("id")[:200]
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
        for line in lines
    ]
    return Table("申请退回的缴费", columns, rows)


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
    kind = paid.get_payment_type_display()
    row = [paid.year, paid.month, kind, paid.period_start, paid.period_end, f"{refund.people:,}", refund.amount]
    return Table("申请退回的缴费", columns, [row])


def account(refund) -> Facts:
    """Where the money goes, with masked numbers."""
    return [
        ("账户类型", refund.get_account_kind_display()),
        ("银行类别", refund.bank_name),
        ("银行账号", refund.account_number),
        ("银行账户名称", refund.account_name),
        ("联系人", refund.contact_name),
        ("联系人电话", refund.contact_phone),
    ]


def checks(refund) -> list[Check]:
    """Whether the payments are still what they were when applied for (P1-11); what a village paid may have arrived (I-15)."""
    from pension.models import APPLICABLE

    if refund.is_batch:
        strangers = refund.lines.exclude(payment__collective=refund.collective_id).count()
        evidence = f"有 {strangers} 人不在这笔缴费的名单里" if strangers else "全部人员都在村组的这笔缴费里"
        return [Check("人员属于这笔缴费", not strangers, evidence)]
    arrived = refund.lines.exclude(payment__arrival_status__in=APPLICABLE).count()
    evidence = f"有 {arrived} 笔缴费现在已到账" if arrived else "申请的缴费现在仍是未到账或异常"
    return [Check("缴费未到账或异常", not arrived, evidence)]


def payment_feed():
    """The feed of `load_payments pension`."""
    from pension.feeds import PaymentFeed

    return PaymentFeed()


def people(refund):
    """The people of a village batch."""
    from pension.village.members import BatchPeople

    return BatchPeople(refund)


PENSION = Scheme(
    code="pension",
    prefix="YL",
    label="城乡居民养老保险",
    menu="城乡居民社会保险费退费（养老）",
    choice="城乡居民养老社保费退费",
    summary="退回本人已缴费但人社未到账、或数据异常的城乡居民养老保险费。",
    agency="hrss",
    agency_name="人社",
    agency_title="人力资源和社会保障部门",
    model_label="pension.PensionRefund",
    home="pension:list",
    progress="pension:progress",
    village_home="pension:village",
    village_summary="整批退回村集体补助、特殊人群代缴的城乡居民养老保险费。",
    hotline="12333",
    unfit_reasons=frozenset(),
    account_form=account_form,
    payments=payments,
    account=account,
    checks=checks,
    payment_feed=payment_feed,
    people=people,
)

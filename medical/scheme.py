"""What 医保 declares about itself to review and handoff."""

from django.conf import settings

from refunds.schemes import Check, Facts, Scheme, Table


def account_form(refund, data, *, registered_phone):
    """The form of 更正账户: another of the accounts that the payee has reported."""
    from medical.forms import CorrectionForm

    return CorrectionForm(data, refund=refund, registered_phone=registered_phone)


def payments(refund) -> Table:
    """The payment that the application refunds (M2-06)."""
    payment = refund.payment
    columns = [
        ("参保年度", "text"),
        ("征收项目名称", "text"),
        ("退费金额（元）", "money"),
        ("医疗金额（元）", "money"),
        ("长护金额（元）", "money"),
        ("费款所属期起", "date"),
        ("费款所属期止", "date"),
        ("缴费发生日期", "date"),
    ]
    row = [
        payment.year,
        payment.item_name,
        refund.amount,
        payment.medical_amount,
        payment.care_amount,
        payment.period_start,
        payment.period_end,
        payment.paid_on,
    ]
    return Table("申请退回的缴费", columns, [row])


def account(refund) -> Facts:
    """Where the money goes, with masked numbers (M2-07)."""
    return [
        ("开户行所在地", refund.division.place),
        ("银行行别", refund.bank_name),
        ("开户银行", refund.branch),
        ("账户性质", refund.account_kind),
        ("账户名称", refund.account_name),
        ("银行账号", refund.account_number),
        ("办理人电话", refund.contact_phone),
    ]


def facts(refund) -> Facts:
    """Where the person is insured, and why she asks (M2-03, M2-07)."""
    enrolment = refund.payment.enrolment
    return [
        ("社保经办机构名称", enrolment.agency_name),
        ("社保编码", enrolment.social_number),
        ("票证号码", refund.payment.ticket_number),
        ("缴费渠道", refund.payment.channel),
        ("退费理由", refund.reason_text),
    ]


def checks(refund) -> list[Check]:
    """What the ledger says about the claim."""
    from medical.checks import checks

    return checks(refund)


def payment_feed():
    """The feed of `load_payments medical`."""
    from medical.feeds import PaymentFeed

    return PaymentFeed()


MEDICAL = Scheme(
    code="medical",
    prefix="YB",
    label="城乡居民医疗保险",
    menu="城乡居民基本医疗保险费退费",
    choice="城乡居民医保社保费退费",
    summary=f"退回本人重复缴纳、错缴或多缴的城乡居民基本医疗保险费（{settings.MEDICAL_FIRST_YEAR} 年度及以后）。",
    agency="medical",
    agency_name="医保",
    agency_title="医疗保障部门",
    model_label="medical.MedicalRefund",
    home="medical:list",
    progress="medical:progress",
    village_home="",
    village_summary="",
    hotline="12393",
    unfit_reasons=frozenset({"arrived"}),
    account_form=account_form,
    payments=payments,
    account=account,
    facts=facts,
    checks=checks,
    payment_feed=payment_feed,
)

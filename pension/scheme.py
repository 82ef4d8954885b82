"""What 养老 declares about itself to review and handoff."""

from refunds.schemes import Scheme


def account_form(*args, **kwargs):
    """The form that asks for the payee's account (P2-06)."""
    from pension.forms import AccountForm

    return AccountForm(*args, **kwargs)


def payments(refund):
    """The payments an application refunds, newest period first, at most 200 of them for a page."""
    lines = refund.lines.select_related("payment__person", "payment__organisation").order_by("id")[:200]
    return [line.payment for line in lines]


PENSION = Scheme(
    code="pension",
    prefix="YL",
    label="城乡居民养老保险",
    agency="hrss",
    agency_name="人社",
    agency_title="人力资源和社会保障部门",
    model_label="pension.PensionRefund",
    home="pension:list",
    account_form=account_form,
    payments=payments,
)

"""Deposit accounts as their owners report them. Reported through the portal's own verbs, so they are what people get."""

from datetime import date

from bankreports import register
from bankreports.codes import Operation
from bankreports.models import AccountKind, Bank, DepositAccountRecord, Division
from bankreports.register import Owner

ACCOUNT = "6228480402564890018"  # a Luhn-correct test number, nobody's
OTHER_ACCOUNT = "95599000000000088"


def record_of(owner: Owner, number: str = ACCOUNT, **changes) -> DepositAccountRecord:
    """An unsaved new account, as most residents fill it in."""
    usual = {
        "operation": Operation.ADD,
        "account_kind": AccountKind.objects.get(code="1120"),
        "issued_on": date(2026, 1, 5),
        "division": Division.objects.get(code="420703"),
        "bank_class": Bank.objects.get(code="103"),
        "branch": "中国农业银行股份有限公司鄂州鄂城支行",
        "account_name": owner.name,
        "account_number": number,
        "pays_tax": False,
        "takes_refund": False,
        "takes_export_refund": False,
        "opened_on": date(2026, 1, 5),
    }
    return DepositAccountRecord(**usual | changes)


def drafted(user, number: str = ACCOUNT, **changes) -> DepositAccountRecord:
    """An account in the user's draft (暂存)."""
    owner = Owner.of(user)
    record = record_of(owner, number, **changes)
    register.keep(owner, record, by=user)
    return record


def submit(user):
    """提交 of whatever the user's draft holds."""
    owner = Owner.of(user)
    return register.submit(owner, seen=register.fingerprint(register.draft_of(owner)), by=user)


def reported(user, number: str = ACCOUNT, **changes) -> DepositAccountRecord:
    """An account in force of the user: added and submitted."""
    record = drafted(user, number, **changes)
    submit(user)
    record.refresh_from_db()
    return record

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


def typed(user, number: str = ACCOUNT, **changes) -> dict:
    """What the user fills in on the page of one account. A change to None leaves that box out."""
    owner = Owner.of(user)
    usual = {
        "account_kind": "1110" if owner.is_unit else "1120",
        "certificate_number": "J5210000000001" if owner.is_unit else "",
        "issued_on": "2026-01-05",
        "division": "420704",
        "bank_class": "103",
        "branch": "中国农业银行股份有限公司鄂州鄂城支行",
        "account_name": owner.name,
        "account_number": number,
        "currency": "156",
        "pays_tax": "0",
        "takes_refund": "0",
        "takes_export_refund": "0",
        "opened_on": "2026-01-05",
        "remark": "",
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def in_draft(user) -> list[DepositAccountRecord]:
    """The records of the user's draft."""
    return register.drafted(register.draft_of(Owner.of(user)))


def in_force(user) -> list[DepositAccountRecord]:
    """The user's accounts as they are now."""
    return list(register.in_force(Owner.of(user)))

"""Every column has a purpose, and those about a person are known as such (PIPL 6, 19, 51)."""

import pytest
from django.apps import apps
from django.db import models

from foundation.crypto import EncryptedField

ROOMS = ("accounts", "refunds", "pension", "medical", "handoff", "bankreports")

# About a person: (model, field) and what it is for. Everything here is masked or left out wherever it may be.
PERSONAL = {
    "accounts.Person": {
        "name": "who is paid; shown to the person and to the officers of the office",
        "id_type": "which document the number belongs to",
        "id_number": "real-name check and the agency's instruction; encrypted",
        "id_index": "finding a person by number without the number",
        "phone": "验证码 and the contact for a refund; encrypted",
        "phone_index": "sign-in by phone",
    },
    "accounts.User": {
        "username": "sign-in",
        "password": "sign-in; a hash",
        "last_login": "noticing an account that others use",
        "role": "which door",
        "person": "whose account",
        "organisation": "which village a clerk acts for",
        "office": "which office an officer acts for",
    },
    "accounts.SmsCode": {"phone_index": "one code per phone; keyed hash", "code_hash": "checking the code; keyed hash"},
    "pension.Payment": {
        "person": "whose payment",
        "personal_number": "the agency's number of the person, in the instruction",
        "payment_type": "who may ask for it back",
        "year": "which year is refunded",
        "month": "which payment of that year",
        "amount": "how much is refunded",
        "period_start": "what was insured",
        "period_end": "what was insured",
        "paid_on": "evidence of the payment",
        "channel": "where it was paid",
        "arrival_status": "whether it may be refunded",
        "organisation": "which village paid",
        "collective": "which payment of the village it is part of",
        "office": "which office decides",
        "ticket_number": "the key of the payment",
    },
    "pension.PensionRefund": {
        "applicant": "whose application",
        "submitted_by": "who pressed 提交; may not decide it",
        "amount": "how much",
        "account_kind": "how the bank pays",
        "account_number": "where the money goes; encrypted",
        "account_index": "one account used by several people is noticed",
        "account_name": "must be the payee's own name",
        "bank_code": "where the money goes",
        "bank_name": "where the money goes",
        "contact_name": "whom to call",
        "contact_phone": "whom to call; encrypted",
        "reviewed_by": "two persons above the limit",
        "decided_by": "who is answerable",
        "remark": "the officer's words for the applicant",
        "agency_reason": "the agency's words for the applicant",
    },
    "pension.PensionRefundEvent": {
        "pgh_context": "who did it, in which role, from where",
        "amount": "as at that step",
        "remark": "as at that step",
        "agency_reason": "as at that step",
    },
    "pension.PensionRefundLine": {
        "payment": "which payment",
        "amount": "how much of it",
        "left_out": "why this person was not passed",
        "left_out_remark": "the officer's words for the clerk",
        "left_out_by": "who is answerable",
        "outcome_reason": "the agency's words for the clerk",
    },
    "pension.VillageUpload": {
        "by": "who sent the list",
        "problems": "the lines to be corrected, until the next list; encrypted whole",
    },
    "bankreports.DepositAccountReport": {
        "person": "whose accounts",
        "handler": "who filed it; need not be the payee",
        "address": "asked by the form of the tax bureau; optional",
        "by": "who pressed 提交",
    },
    "bankreports.DepositAccountRecord": {
        "person": "whose account",
        "account_kind": "what kind of account the bank pays to",
        "certificate_number": "the licence of a unit's account",
        "issued_on": "when the bank issued it",
        "division": "where the bank is",
        "bank_class": "which bank pays out",
        "branch": "which branch pays out",
        "account_name": "must be the payee's own name",
        "account_number": "where refunds go; encrypted",
        "account_index": "the same account is not reported twice",
        "currency": "refunds are paid in yuan",
        "pays_tax": "what the account is for",
        "takes_refund": "which account refunds go to first",
        "takes_export_refund": "what the account is for",
        "opened_on": "since when it can be paid to",
        "changed_on": "since when it is another",
        "closed_on": "until when it can be paid to",
        "remark": "the owner's own note",
    },
    "medical.Enrolment": {
        "person": "whose enrolment",
        "agency_code": "which agency insures the person",
        "agency_name": "which agency insures the person",
        "social_number": "the agency's number of the person, in the instruction",
    },
    "medical.Payment": {
        "ticket_number": "the key of the payment",
        "enrolment": "whose payment, at which agency",
        "year": "which year is refunded",
        "item_name": "what was paid for",
        "medical_amount": "how much is refunded",
        "care_amount": "how much is refunded",
        "period_start": "what was insured",
        "period_end": "what was insured",
        "paid_on": "evidence of the payment",
        "channel": "where it was paid",
        "office": "which office decides",
    },
    "medical.MedicalRefund": {
        "applicant": "whose application",
        "payment": "which payment",
        "submitted_by": "who pressed 退费; may not decide it",
        "amount": "how much",
        "account_kind": "how the bank pays",
        "account_number": "where the money goes; encrypted",
        "account_index": "one account used by several people is noticed",
        "account_name": "must be the payee's own name",
        "bank_code": "where the money goes",
        "bank_name": "where the money goes",
        "branch": "where the money goes",
        "division": "where the money goes",
        "contact_phone": "whom to call; encrypted",
        "reason": "why it is asked for",
        "reason_words": "why it is asked for; no numbers in it",
        "reviewed_by": "two persons above the limit",
        "decided_by": "who is answerable",
        "remark": "the officer's words for the applicant",
        "agency_reason": "the agency's words for the applicant",
    },
    "medical.MedicalRefundEvent": {
        "pgh_context": "who did it, in which role, from where",
        "amount": "as at that step",
        "remark": "as at that step",
        "agency_reason": "as at that step",
    },
    "handoff.Delivery": {"body": "the instruction as sent, to send it again unchanged; encrypted whole"},
    "handoff.Callback": {"reason": "the agency's words for the applicant"},
    "handoff.WorkItem": {"closed_by": "who dealt with it", "note": "how it was dealt with", "detail": "what is wrong"},
}

# About the work and not about a person.
OTHER = {
    "accounts.TaxOffice": "code name division parent path",
    "accounts.Organisation": "social_number name tax_number kind division office",
    "accounts.Person": "id",
    "accounts.User": "id is_active must_change_password created_at",
    "accounts.SmsCode": "id sent_at tries used",
    "refunds.RejectReason": "code label next_step active position",
    "pension.Payment": "id",
    "pension.CollectivePayment": "id organisation payment_type year month period_start period_end",
    "pension.VillageUpload": "id collective at read ready added",
    "pension.PensionRefund": "id number submission_key organisation office submitted_at refund_status review_status"
    " review_result reject_reason attempt verified_at refunded_on collective people_count",
    "pension.PensionRefundEvent": "pgh_id pgh_created_at pgh_label pgh_obj pgh_context_id number refund_status"
    " review_status review_result attempt reject_reason refunded_on",
    "pension.PensionRefundLine": "id refund live outcome",
    "handoff.Delivery": "id agency number instruction_id status receipt sends last_answer created_at acknowledged_at",
    "handoff.Callback": "id agency message_id instruction_id event occurred_at paid_on received_at applied_at returned",
    "handoff.WorkItem": "id kind agency instruction_id number office opened_at closed_at",
    "bankreports.Bank": "code name short_name verified position",
    "bankreports.AccountKind": "code name for_residents for_units has_certificate verified position",
    "bankreports.Division": "code name parent",
    "bankreports.Branch": "id name bank_class division",
    "bankreports.DepositAccountReport": "id organisation status reported_on submitted_at",
    "bankreports.DepositAccountRecord": "id report organisation account operation in_force",
    "medical.Enrolment": "id",
    "medical.Payment": "id",
    "medical.RefundReason": "code label needs_words active position",
    "medical.MedicalRefund": "id number submission_key organisation office submitted_at refund_status review_status"
    " review_result reject_reason attempt verified_at refunded_on",
    "medical.MedicalRefundEvent": "pgh_id pgh_created_at pgh_label pgh_obj pgh_context_id number refund_status"
    " review_status review_result attempt reject_reason refunded_on",
}

# By which index an encrypted column is found; None where nobody looks for it, with the reason.
INDEX_OF = {
    "accounts.Person.id_number": "id_index",
    "accounts.Person.phone": "phone_index",
    "pension.PensionRefund.account_number": "account_index",
    "pension.PensionRefund.contact_phone": None,  # called, never looked for
    "pension.VillageUpload.problems": None,  # found by the upload it belongs to
    "medical.MedicalRefund.account_number": "account_index",
    "medical.MedicalRefund.contact_phone": None,  # called, never looked for
    "bankreports.DepositAccountRecord.account_number": None,  # compared among the accounts of one owner
    "handoff.Delivery.body": None,  # sent whole, found by its instruction id
}


def ours():
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


def fields(kind=models.Field):
    for model in ours():
        for field in model._meta.local_fields:
            if isinstance(field, kind):
                yield model._meta.label, field


def test_every_column_is_known_as_personal_or_not():
    known = {(label, name) for label, rows in PERSONAL.items() for name in rows}
    other = {(label, name) for label, names in OTHER.items() for name in names.split()}
    assert not known & other
    assert known | other == {(label, field.name) for label, field in fields()}


def test_every_personal_column_has_a_purpose_in_a_few_words():
    assert all(1 <= len(purpose.split()) <= 15 for rows in PERSONAL.values() for purpose in rows.values())


def test_money_is_twelve_digits_with_two_decimals():
    amounts = list(fields(models.DecimalField))
    assert amounts
    assert {(field.max_digits, field.decimal_places) for _label, field in amounts} == {(12, 2)}
    assert not list(fields(models.FloatField))


def test_every_encrypted_column_is_personal_masked_and_has_its_index_where_it_is_looked_for():
    assert {f"{label}.{field.name}" for label, field in fields(EncryptedField)} == set(INDEX_OF)
    for label, field in fields(EncryptedField):
        assert field.name in PERSONAL[label]
        assert "encrypted" in PERSONAL[label][field.name]
        masked = field.mask("4209841960031500070")
        assert "4209841960031500070" not in masked
        index = INDEX_OF[f"{label}.{field.name}"]
        if index:
            column = apps.get_model(label)._meta.get_field(index)
            assert isinstance(column, models.BinaryField)
            assert column.unique or column.db_index


@pytest.mark.parametrize("name", ["number", "phone", "account"])
def test_no_column_with_a_telling_name_is_kept_in_the_open(name):
    """A column called like a number of a person is encrypted, an index, or one of these."""
    fine = {"number", "instruction_id", "ticket_number", "social_number", "tax_number", "personal_number"}
    fine |= {"account_kind", "account_name"}
    # The key that the records of one account share; and the licence of a unit's account, which a resident has not.
    fine |= {"account", "certificate_number"}
    for label, field in fields():
        if name in field.name and field.name not in fine:
            assert isinstance(field, EncryptedField) or field.name.endswith("_index"), f"{label}.{field.name}"


def test_every_table_has_at_most_one_state_column_per_question():
    """One column answers one question: no `approved_at` beside a status, unless it is the moment itself."""
    booleans = {f"{label}.{field.name}" for label, field in fields(models.BooleanField)}
    assert booleans == {
        "accounts.User.is_active",
        "accounts.User.must_change_password",
        "accounts.SmsCode.used",
        "refunds.RejectReason.active",
        "pension.PensionRefundLine.live",
        "bankreports.Bank.verified",
        "bankreports.AccountKind.for_residents",
        "bankreports.AccountKind.for_units",
        "bankreports.AccountKind.has_certificate",
        "bankreports.AccountKind.verified",
        "bankreports.DepositAccountRecord.pays_tax",
        "bankreports.DepositAccountRecord.takes_refund",
        "bankreports.DepositAccountRecord.takes_export_refund",
        "bankreports.DepositAccountRecord.in_force",
        "medical.RefundReason.needs_words",
        "medical.RefundReason.active",
    }

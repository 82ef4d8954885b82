"""Whatever is sent by a form: a page, a sentence or a deed, never an error, and nothing wrong is taken (reliability.md T22, T23).

`FORMS=10000 pytest tests/security/test_fuzzed_forms.py -s` tries many; a case that fails says how to try it alone.
"""

import os
import re
from collections import Counter
from random import Random

import pytest
from django.apps import apps
from django.db import transaction

from accounts.models import Person, User
from bankreports.models import DepositAccountRecord
from foundation.crypto import EncryptedField
from foundation.numbers import account_problem, contact_phone_problem
from refunds.models import RefundApplication
from refunds.states import ReviewStatus
from tests.conftest import make_cast
from tests.house.routes import build
from tests.house.rows import ROLES
from tests.house.test_routes import as_role
from tests.invariants import violations
from tests.security.forms import body_of, fuzzed, targets

pytestmark = pytest.mark.django_db
FORMS, SEED = int(os.environ.get("FORMS", "150")), int(os.environ.get("SEED", "1"))
FORM = "application/x-www-form-urlencoded"
# What no form asks for: whose it is, what was decided, what may be done.
NEVER_TYPED = {
    Person: ("id_type", "deceased_on"),
    User: ("role", "person_id", "organisation_id", "office_id", "is_active", "username"),
}
PINNED: list[int] = []


@pytest.fixture(scope="module")
def cast(shared_db):
    return make_cast()


@pytest.fixture(scope="module")
def world(cast):
    return build(cast)


def guarded() -> dict:
    """What may not become another by any form that these roles can send."""
    return {
        model: {row[0]: row[1:] for row in model.objects.order_by("pk").values_list("pk", *names)}
        for model, names in NEVER_TYPED.items()
    }


def taken_wrongly() -> list[str]:
    """What stands in the database and should have been refused: numbers that are none, and control characters in words.

    Not of a village's draft: it keeps what was typed, right or wrong, and is judged when it is saved and submitted.
    """
    found = [
        f"{model._meta.label}.{name}: {value}"
        for model, name, problem in _numbers()
        for row in beyond_drafts(model)
        if (value := getattr(row, name)) and problem(value.reveal("in a test"))
    ]
    return found + [
        f"{label}: {value!r}" for label, value in _words() if re.search(r"[\0\x01-\x08\x0b\x0c\x0e-\x1f\x7f]", value)
    ]


def beyond_drafts(model):
    rows = model.objects.all()
    return rows.exclude(review_status=ReviewStatus.DRAFT) if issubclass(model, RefundApplication) else rows


def _numbers():
    for model in apps.get_models():
        sealed = {field.name for field in model._meta.local_fields if isinstance(field, EncryptedField)}
        if issubclass(model, RefundApplication) or model is DepositAccountRecord:
            yield from ((model, name, account_problem) for name in sealed & {"account_number"})
            yield from ((model, name, contact_phone_problem) for name in sealed & {"contact_phone"})


def _words():
    for label, name in (
        ("bankreports.DepositAccountRecord", "branch"), ("bankreports.DepositAccountRecord", "account_name"),
        ("bankreports.DepositAccountReport", "handler"), ("pension.PensionRefund", "contact_name"),
        ("inbox.Question", "text"), ("review.Note", "text"), ("review.CheckAnswer", "words"),
    ):  # fmt: skip
        for value in beyond_drafts(apps.get_model(label)).values_list(name, flat=True):
            yield f"{label}.{name}", value or ""


def test_no_form_breaks_and_none_takes_what_is_wrong(cast, world):
    clients = {role: as_role(role, cast) for role in ROLES}
    forms = list(targets(clients, world))
    assert len({form.row for form in forms}) > 60
    before, answers, met = guarded(), Counter(), set()
    for case in [*PINNED, *range(FORMS)]:
        rng = Random(f"{SEED}-{case}")
        form = forms[case % len(forms)]
        fields = fuzzed(rng, form)
        with transaction.atomic():
            try:
                # Each case signs in anew: what it does to a session is undone with it, and none is idle for too long.
                answers[judged(as_role(form.role, cast), form, fields, before)] += 1
            except BaseException as error:
                error.add_note(
                    f"SEED={SEED}, case {case}: {form.row} as {form.role}, {[(n, v[:99]) for n, v in fields]}"
                )
                raise
            transaction.set_rollback(True)
        met.add((form.row, form.role))
    words = f"{FORMS:,} forms of {len(met)} (of {len(forms)}) form × role, answered {dict(sorted(answers.items()))}"
    print(words)  # noqa: T201 - shown with -s, and when it fails
    assert answers[422] + answers[409] > FORMS / 20


def judged(client, form, fields, before) -> int:
    response = client.post(form.url, body_of(fields), content_type=FORM)
    assert response.status_code < 500
    assert form.role == "anonymous" or not response.headers.get("Location", "").startswith("/accounts/login/"), (
        "she was signed in"
    )
    if response.status_code < 400:
        assert guarded() == before
        assert taken_wrongly() == []
        assert violations() == []
    # The files behind an export are closed; the connection of the test is not.
    for close in response._resource_closers:
        close()
    return response.status_code

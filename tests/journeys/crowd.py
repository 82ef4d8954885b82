"""More people in a running demo: an office of its own with two officers and as many clean cases as are asked for; a resident who paid
in many years.

A process of its own, because the journeys' own has the tests' database: `python -m tests.journeys.crowd cases 50`.
"""

import os
import subprocess
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OFFICERS = ("kuai1", "kuai2")
PAYER = "duonian"


def fill(data: Path, cases: int) -> None:
    """The office, in the demo whose data lies there."""
    _run(data, "cases", cases)


def pay(data: Path, years: int) -> None:
    """PAYER, who paid in so many years and has nothing of it back, in the demo whose data lies there."""
    _run(data, "years", years)


def _run(data: Path, what: str, many: int) -> None:
    own = {"PORTAL_DATA": str(data), "PORTAL_DEMO": "1", "DJANGO_SETTINGS_MODULE": "refunds_portal.settings"}
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | own
    command = [sys.executable, "-m", "tests.journeys.crowd", what, str(many)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120, stdout=subprocess.DEVNULL)


def main(what: str, many: int) -> None:
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        {"cases": _office, "years": _payer}[what](many)


def _office(cases: int) -> None:
    from accounts.models import TaxOffice
    from tests.accounts.factories import PersonFactory, UserFactory, resident_number

    office = TaxOffice.objects.create(
        code="14290050000", name="国家税务总局潜江市税务局", division="429005", path="/14200000000/14290050000/"
    )
    for n, username in enumerate(OFFICERS):
        person = PersonFactory(number=resident_number(20000 + n, "429005"), phone=None)
        UserFactory(reviewer=True, office=office, username=username, person=person)
    _apply(office, cases)


def _payer(years: int) -> None:
    from accounts.models import TaxOffice
    from tests.accounts.factories import PersonFactory, UserFactory, resident_number
    from tests.pension.factories import PaymentFactory

    person = PersonFactory(name="周多年", number=resident_number(19000), phone=None)
    UserFactory(username=PAYER, person=person)
    office = TaxOffice.objects.filter(division="420984").first()
    for year in range(2024 - years, 2024):
        begin, end = f"{year}-01-01", f"{year}-12-31"
        paid = {"year": year, "period_start": begin, "period_end": end, "amount": "400.00"}
        # Another process counts its tickets from the beginning, too.
        PaymentFactory(person=person, office=office, ticket_number=f"{PAYER}{year}", **paid)


def _apply(office, cases: int) -> None:
    from django.contrib.auth.hashers import make_password

    from accounts.models import Role, User
    from pension import applications
    from pension.models import Payment
    from tests.accounts.factories import PersonFactory, resident_number
    from tests.pension.factories import PaymentFactory, account_of

    nobody = make_password(None)  # they sign in nowhere
    people = [PersonFactory(number=resident_number(n, "429005"), phone=f"1880000{n:04d}") for n in range(cases)]
    users = User.objects.bulk_create(
        User(username=f"crowd{n:04d}", role=Role.RESIDENT, person=person, password=nobody)
        for n, person in enumerate(people)
    )
    paid = [PaymentFactory.build(person=person, office=office, amount="300.00") for person in people]
    for n, (payment, user) in enumerate(zip(Payment.objects.bulk_create(paid), users, strict=True)):
        account = account_of(user.person, f"95599429005{n:04d}88")
        applications.apply([payment], account=account, by=user, key=uuid.uuid4())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

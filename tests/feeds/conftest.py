"""What the feeds need to be there: one office and one village."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Organisation, TaxOffice
from pension.feeds import PaymentFeed
from tests.accounts.factories import UserFactory
from tests.feeds import data
from tests.feeds.correcting import ALL, applied, payment, row


@pytest.fixture
def places(db):
    office = TaxOffice.objects.create(
        code=data.OFFICE, name="国家税务总局汉川市税务局", division="420984", path=f"/{data.OFFICE}/"
    )
    Organisation.objects.create(
        social_number=data.ORGANISATION,
        name="黄潭村村民委员会",
        tax_number="N2420984MF12345670",
        kind="村民委员会",
        division="420984",
        office=office,
    )
    return office


@pytest.fixture
def run():
    """Run a command on a file and give what it printed."""

    def load(command: str, *arguments: str | Path) -> str:
        out = StringIO()
        call_command(command, *map(str, arguments), stdout=out)
        return out.getvalue()

    return load


def rejected(path: Path) -> Path:
    return path.with_name(path.name + ".rejected.csv")


@pytest.fixture
def load(run, places, tmp_path):
    """Load these rows; gives what was printed."""

    def load_rows(*rows, columns=None):
        columns = columns or (ALL if any(set(one) & set(PaymentFeed.optional) for one in rows) else PaymentFeed.columns)
        path = tmp_path / "a.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return run("load_payments", "pension", path)

    return load_rows


@pytest.fixture
def officers(places):
    return [UserFactory(reviewer=True, office=places) for _ in range(2)]


@pytest.fixture
def refund(load):
    load(row())
    return applied(payment())

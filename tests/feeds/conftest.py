"""What the feeds need to be there: one office and one village."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Organisation, TaxOffice
from tests.feeds import data


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

import pytest

from tests.accounts.conftest import NUMBER, PHONE
from tests.accounts.factories import PersonFactory


@pytest.fixture
def person(db):
    return PersonFactory(name="刘秀兰", number=NUMBER, phone=PHONE)

import hypothesis
import pytest

from tests.accounts.factories import PersonFactory, UserFactory

# A busy machine is not a failing test.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

# The three ways a resident may fill the one box are made from this number and phone.
NUMBER, PHONE = "420984196003150007", "19912345678"


@pytest.fixture(autouse=True)
def _as_in_the_demo(settings):
    settings.DEMO = True
    settings.SMS_GATEWAY = "accounts.gateways.ScreenSms"
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def person(db):
    return PersonFactory(name="刘秀兰", number=NUMBER, phone=PHONE)


@pytest.fixture
def resident(person):
    return UserFactory(resident=True, username="liuxiulan", person=person)


@pytest.fixture
def reviewer(db):
    return UserFactory(reviewer=True, username="shenhe1")


@pytest.fixture
def pass_time(client):
    """Make the signed-in client's session look `seconds` older."""

    def _pass_time(seconds, *stamps):
        session = client.session
        for stamp in stamps or ("seen_at", "signed_in_at"):
            session[stamp] -= seconds
        session.save()

    return _pass_time

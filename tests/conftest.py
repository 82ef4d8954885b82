"""The cast, and what is checked after every test."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.db import transaction
from django.test import TransactionTestCase

from accounts.models import TaxOffice, User
from inbox.wording.current import everything as wordings
from refunds.parameters.calendar import is_working_day
from tests import database
from tests.accounts.factories import OfficeFactory, UserFactory
from tests.invariants import violations

pytest_plugins = ["tests.scheduling"]


@dataclass
class Cast:
    """One province, two counties; a resident with neighbours, and everybody who works on her case."""

    province: TaxOffice
    city: TaxOffice
    county: TaxOffice
    elsewhere: TaxOffice
    resident: User
    stranger: User
    clerk: User
    reviewer: User
    colleague: User
    countersigner: User
    auditor: User
    outsider: User  # a reviewer of the other county


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def make_cast() -> Cast:
    province = OfficeFactory(name="国家税务总局湖北省税务局")
    city = OfficeFactory(name="国家税务总局孝感市税务局", parent=province)
    county = OfficeFactory(name="国家税务总局汉川市税务局", parent=city)
    elsewhere = OfficeFactory(name="国家税务总局华容区税务局", parent=province)
    return Cast(
        province=province,
        city=city,
        county=county,
        elsewhere=elsewhere,
        resident=UserFactory(resident=True),
        stranger=UserFactory(resident=True),
        clerk=UserFactory(clerk=True, organisation__office=county),
        reviewer=UserFactory(reviewer=True, office=county),
        colleague=UserFactory(reviewer=True, office=county),
        countersigner=UserFactory(countersigner=True, office=city),
        auditor=UserFactory(auditor=True, office=province),
        outsider=UserFactory(reviewer=True, office=elsewhere),
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    with django_db_blocker.unblock():
        database.prepare()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        database.keep()


@pytest.fixture(scope="session", autouse=True)
def _as_the_migrations_left_it():
    """What Django would do after a transactional test leaves the tables of codes empty, and takes its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: database.restore())
        yield


@pytest.fixture(scope="module")
def shared_db(django_db_setup, django_db_blocker):
    """What a fixture of the module puts in by this stands there for all tests of the module; each undoes only its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _nothing_is_broken(request):
    """The invariants hold after every test that used the database."""
    uses_database = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    transactional = request.node.get_closest_marker("django_db")
    if uses_database:
        request.getfixturevalue("transactional_db" if _is_transactional(transactional) else "db")
        is_working_day(date.today())  # the calendar is read once, and not in the middle of counting queries
        wordings()  # and so are the words of messages
    yield
    if uses_database and not request.node.get_closest_marker("breaks_on_purpose"):
        assert violations() == []


def _is_transactional(marker) -> bool:
    return bool(marker and marker.kwargs.get("transaction"))

"""`migrate` meets a database that another version of the portal made."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from refunds_portal.checks import known_database

pytestmark = pytest.mark.django_db


def test_a_database_of_this_version_is_known():
    assert known_database(databases=["default"]) == []


def test_one_of_another_version_is_left_alone_with_a_sentence():
    MigrationRecorder(connection).record_applied("pension", "0002_village_batches")
    with pytest.raises(CommandError, match="这个数据库是另一个版本建的，这里不认识它的 pension.0002_village_batches。"):
        call_command("migrate", verbosity=0, skip_checks=False)


def test_what_other_packages_have_done_there_is_none_of_its_business():
    MigrationRecorder(connection).record_applied("axes", "0999_future")
    assert known_database(databases=["default"]) == []

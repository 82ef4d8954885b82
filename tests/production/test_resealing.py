"""rotate_keys: a new key for what is sealed, while the portal works with both."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from handoff.models import RefusedMessage
from pension.models import PensionRefund
from refunds import actions
from refunds_portal.production import resealing, running
from tests.accounts.factories import PersonFactory
from tests.handoff.test_callbacks import post
from tests.pension.factories import ACCOUNT, submitted

pytestmark = pytest.mark.django_db


def column(name):
    return next(one for one in resealing.columns() if str(one) == name)


def rotate(*words):
    said = StringIO()
    call_command("rotate_keys", *words, stdout=said)
    return said.getvalue()


@pytest.fixture
def old_and_new(settings, cast, client):
    """Things of all kinds under the old key, also what no hand may change; now there is a second one."""
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    PersonFactory.create_batch(5)
    post(client, settings, "no message at all")
    assert RefusedMessage.objects.count() == 1
    assert all(one.left() == 0 for one in resealing.columns())
    settings.FIELD_KEYS = {1: settings.FIELD_KEYS[1], 2: b"2" * 16}


def numbers():
    return sorted(person.id_number.reveal("to compare") for person in PersonFactory._meta.model.objects.all())


def test_a_database_that_is_half_rotated_works_and_the_second_run_ends_it(old_and_new, settings):
    before, people = numbers(), column("accounts_person.id_number")
    steps = people.reseal(at_once=2)
    next(steps)
    steps.close()  # broken off: killed, or the machine went down
    assert 0 < people.left() < len(before)
    assert numbers() == before
    with pytest.raises(CommandError, match=r"accounts_person\.id_number"):
        rotate("--count")
    assert "旧密钥就可以" in rotate()
    assert numbers() == before
    assert PensionRefund.objects.get().account_number.reveal("to compare") == ACCOUNT
    settings.FIELD_KEYS = {2: b"2" * 16}  # the old one is gone for good
    assert numbers() == before
    assert list(running._keys()) == []


def test_a_key_that_is_taken_away_too_early_is_said_by_both_commands(old_and_new, settings):
    settings.FIELD_KEYS = {2: b"2" * 16}
    with pytest.raises(CommandError, match="把旧密钥写回去"):
        rotate()
    assert any(said.startswith("accounts_person.id_number") for said in running._keys())


def test_only_the_key_of_a_protected_row_changes_and_its_triggers_stand_again(old_and_new):
    kept = RefusedMessage.objects.get().body.reveal("to compare")
    rotate()
    message = RefusedMessage.objects.get()
    assert message.body.reveal("to compare") == kept
    with pytest.raises(ProgrammingError, match="pgtrigger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE handoff_refusedmessage SET body = ''")


def test_what_was_said_in_history_is_no_event_of_a_rotation(old_and_new):
    events = PensionRefund.objects.get().events.count()
    rotate()
    assert PensionRefund.objects.get().events.count() == events

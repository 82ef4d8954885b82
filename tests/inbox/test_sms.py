"""短信: one to a phone for each message, after the grace, never for what was rolled back or taken back, and never twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import gateways
from accounts.gateways import Fate, Taken
from inbox.models import Message, Sms
from inbox.sms import following, outbox, sending
from inbox.sms.models import SmsState
from refunds import actions
from tests.accounts.factories import UserFactory
from tests.inbox.reading import items, told
from tests.pages import text
from tests.pension.factories import submitted
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


class Gateway:
    """Takes what it is given, or answers what a test wants."""

    def __init__(self):
        self.taken, self.fates, self.sent, self.asked = Taken.YES, {}, [], []

    def text(self, *, phone, words, key):
        self.sent.append((phone, words, key))
        return self.taken, "网关说的"

    def ask(self, key):
        self.asked.append(key)
        return self.fates.get(key, self.fates.get("", Fate.ON_ITS_WAY)), "停机"


@pytest.fixture
def gateway(monkeypatch):
    gateway = Gateway()
    monkeypatch.setattr(gateways, "sms", lambda: gateway)
    return gateway


@pytest.fixture
def refund(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    return refund


def due() -> None:
    """The grace is over, and what is to be asked about is asked now."""
    Sms.objects.filter(due_at__isnull=False).update(due_at=timezone.now() - timedelta(seconds=1))


def states() -> list[str]:
    return list(Sms.objects.order_by("pk").values_list("state", flat=True))


def test_it_goes_out_after_the_grace_with_nothing_about_the_person_in_it(cast, refund, gateway):
    assert sending.send_due() == 0, "not yet"
    due()
    assert sending.send_due() == 1
    ((phone, words, _key),) = gateway.sent
    assert phone == cast.resident.person.phone.reveal("compared in a test")
    assert refund.number[-4:] in words
    for word in (refund.number, cast.resident.person.name, f"{refund.amount:,.2f}", phone):
        assert word not in words
    assert states() == ["sent"]
    due()
    assert sending.send_due() == 0, "once"


def test_what_was_rolled_back_or_taken_back_is_never_sent(cast, gateway, settings):
    settings.DECISION_GRACE_SECONDS = 60
    refund = submitted(cast.resident, office=cast.county)
    with transaction.atomic():
        actions.approve(refund.number, by=cast.reviewer)
        transaction.set_rollback(True)
    assert states() == []
    actions.approve(refund.number, by=cast.reviewer)
    actions.undo(refund.number, by=cast.reviewer)
    due()
    assert (sending.send_due(), states()) == (0, ["revoked"])
    actions.approve(refund.number, by=cast.reviewer)
    due()
    assert (sending.send_due(), states()) == (1, ["revoked", "sent"])


def test_it_is_marked_before_the_first_byte_leaves_and_what_may_have_left_is_asked_about(refund, gateway, monkeypatch):
    due()

    def killed(**_sms):
        assert states() == ["left"]
        raise SystemExit

    monkeypatch.setattr(gateway, "text", killed)
    with pytest.raises(SystemExit):
        sending.send_due()
    due()
    assert (sending.send_due(), gateway.sent) == (0, []), "never on a guess"
    gateway.fates[""] = Fate.UNKNOWN
    with pytest.raises(sending.GatewayAway):
        following.follow()
    assert states() == ["left"]
    gateway.fates[""] = Fate.NEVER_CAME
    due()
    following.follow()
    monkeypatch.undo()
    monkeypatch.setattr(gateways, "sms", lambda: gateway)
    assert (sending.send_due(), states()) == (1, ["sent"])


def test_a_gateway_that_is_away_is_heard_of_and_loses_nothing(refund, gateway):
    gateway.taken = Taken.NOT_SENT
    due()
    with pytest.raises(sending.GatewayAway):
        sending.send_due()
    assert states() == ["waiting"]
    gateway.taken = Taken.YES
    due()
    assert sending.send_due() == 1


def test_what_was_not_delivered_says_so_beside_its_message(client, cast, refund, gateway):
    due()
    sending.send_due()
    gateway.fates[""] = Fate.FAILED
    due()
    assert (following.follow(), states()) == (1, ["failed"])
    client.force_login(cast.resident)
    assert "短信没有送达（停机），请看这里的消息。" in items(client.get("/messages/"))[0]


@pytest.mark.parametrize(("said", "state"), [(Fate.DELIVERED, "delivered"), (Fate.ON_ITS_WAY, "sent")])
def test_the_gateway_is_asked_until_it_knows(refund, gateway, said, state):
    due()
    sending.send_due()
    gateway.fates[""] = said
    due()
    following.follow()
    assert states() == [state]
    assert Sms.objects.filter(due_at=None).exists() == (state == "delivered")
    if state == "sent":
        Sms.objects.update(left_at=timezone.now() - timedelta(days=4))
        due()
        following.follow()
        assert states() == ["failed"], "not for ever"


def test_who_wants_none_gets_none_and_is_told_in_the_portal(client, cast, refund, gateway):
    client.force_login(cast.resident)
    page = client.post("/messages/sms/", {"on": "0"}, follow=True)
    assert "现在短信是关闭的" in page.content.decode()
    due()
    assert (sending.send_due(), gateway.sent, states()) == (0, [], ["off"])
    assert len(items(client.get("/messages/"))) == 2
    client.post("/messages/sms/", {"on": "1"})
    report(refund.number, events=["paid"])
    due()
    assert sending.send_due() == 1


def test_what_cannot_be_sent_any_more_ends_with_its_reason(client, cast, refund, gateway):
    Message.objects.update(created_at=timezone.now() - timedelta(hours=25))
    due()
    assert (sending.send_due(), states()) == (0, ["failed"])
    assert "超过 24 小时" in Sms.objects.get().why
    person = type(cast.resident.person).objects.filter(pk=cast.resident.person_id)
    Message.objects.update(created_at=timezone.now())
    for change, state in (
        ({"phone_index": b"another"}, "failed"),
        ({"phone": None, "phone_index": None, "last_four": None}, "no_phone"),
    ):
        person.update(**change)
        Sms.objects.update(state="waiting", due_at=timezone.now())
        assert (sending.send_due(), states()) == (0, [state])
    assert gateway.sent == []
    client.force_login(cast.resident)
    assert "没有登记手机号，没有发短信" in items(client.get("/messages/"))[0]


def test_a_villages_goes_to_each_of_its_clerks_and_to_one_phone_once(cast, gateway):
    person = cast.clerk.person
    fellow = UserFactory(clerk=True, organisation=cast.clerk.organisation)
    type(person).objects.filter(pk=fellow.person_id).update(phone_index=person.phone_index)
    UserFactory(clerk=True, organisation=cast.clerk.organisation, is_active=False)
    other = UserFactory(clerk=True, organisation=cast.clerk.organisation)
    batch = submit_batch(make_village(cast.clerk, people=2), cast.clerk)
    actions.approve(batch.number, by=cast.reviewer)
    receivers = set(Sms.objects.values_list("person", flat=True))
    assert len(receivers) == 2
    assert other.person_id in receivers


def test_saying_it_again_adds_no_sms_and_the_database_holds_to_it(refund):
    outbox.add([refund.number], "approve")
    text = Sms.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Sms.objects.create(message=text.message, person=text.person, phone_index=text.phone_index)


def test_what_a_person_did_herself_is_no_sms(cast, refund):
    assert told(refund, "submit").sms == ""
    assert [text.message.kind for text in Sms.objects.select_related("message")] == ["approve"]
    assert SmsState.WAITING == "waiting"


def test_the_administrator_reads_how_many_failed_and_whether_the_gateway_is_away(client, cast, refund, gateway):
    client.force_login(UserFactory(administrator=True, office=cast.province))
    assert text(client.get("/administration/")).count("未送达") == 0
    Sms.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert "1 条没有发出，网关可能没有应答" in text(client.get("/administration/"))
    Sms.objects.update(state="failed", due_at=None, ended_at=timezone.now())
    assert "7 天内 1 条未送达" in text(client.get("/administration/"))

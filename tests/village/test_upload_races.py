"""Two clerks upload at the same moment, and a resident applies meanwhile: nobody is doubled or lost."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from pension import applications
from pension.models import PensionRefundLine
from pension.village import drafts
from pension.village.lists import reading, taking
from pension.village.lists.models import VillageUpload
from tests.accounts.factories import UserFactory
from tests.conftest import make_cast
from tests.pages import text
from tests.pension.factories import account_of
from tests.races import race, roomy_pool  # noqa: F401
from tests.village.conftest import make_village
from tests.village.lists import csv, members, nobody, send, xlsx

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("roomy_pool")]


def chosen_payments(village) -> list[int]:
    return list(drafts.of_payment(village).lines.order_by("payment_id").values_list("payment_id", flat=True))


@pytest.mark.parametrize("_round", range(3))
def test_overlapping_lists_make_one_draft_with_everybody_once(_round):
    cast = make_cast()
    village = make_village(cast.clerk, people=30)
    fellow = UserFactory(clerk=True, organisation=cast.clerk.organisation)
    rows = members(village)
    lists = [(cast.clerk, rows[:20]), (fellow, rows[10:]), (cast.clerk, rows[5:25]), (fellow, rows)]

    def upload(clerk, some):
        lines = reading.read_file(csv([*some, ["", nobody(1)]]))
        return lambda: taking.take(village, lines, by=clerk)

    results = race(*(upload(clerk, some) for clerk, some in lists))
    assert [(result.ready, result.bad) for result in results] == [(20, 1), (20, 1), (20, 1), (30, 1)]
    assert sum(result.added for result in results) == 30
    assert len(chosen_payments(village)) == 30
    assert VillageUpload.objects.count() == 1


def test_both_clerks_get_an_answer_to_what_they_sent():
    cast = make_cast()
    village = make_village(cast.clerk, people=10)
    clients = [Client(), Client()]
    clients[0].force_login(cast.clerk)
    clients[1].force_login(UserFactory(clerk=True, organisation=cast.clerk.organisation))
    data = xlsx(members(village))
    answers = race(*(lambda client=client: text(send(client, village, data)) for client in clients))
    for words in answers:
        assert "10 可提交，0 需修改" in words or "需要时请重新上传名单，不会重复添加" in words
    assert len(chosen_payments(village)) == 10


@pytest.mark.parametrize("_round", range(3))
def test_a_resident_who_applies_meanwhile_keeps_her_payment(_round):
    cast = make_cast()
    village = make_village(cast.clerk, people=3)
    payment = village.payments.select_related("person").first()
    resident = UserFactory(resident=True, person=payment.person)
    lines = reading.read_file(csv(members(village)))
    account = account_of(payment.person)
    key = "00000000-0000-7000-8000-000000000001"
    race(
        lambda: taking.take(village, lines, by=cast.clerk),
        lambda: applications.apply([payment], account=account, by=resident, key=key),
    )
    held = PensionRefundLine.objects.filter(payment=payment, live=True)
    assert held.get().refund.applicant_id == resident.person_id
    draft = drafts.of_payment(village)
    # She came first and her line was refused, or second and the page asks to take her out.
    assert (VillageUpload.objects.get().bad, len(drafts.conflicts(draft))) in {(1, 0), (0, 1)}


def test_uploads_wait_for_whoever_holds_the_draft():
    cast = make_cast()
    village = make_village(cast.clerk, people=2)
    lines = reading.read_file(csv(members(village)))
    done = threading.Event()

    def upload():
        taking.take(village, lines, by=cast.clerk)
        done.set()
        connection.close()

    thread = threading.Thread(target=upload)
    with transaction.atomic():
        drafts.lock(village)
        thread.start()
        assert not done.wait(0.5)
    thread.join(10)
    assert done.is_set()

"""Whatever comes through the agencies' door: refused without a trace in any refund, or stored and owned; never an error, never a 2xx
that nobody sees to. `MUTATIONS=10000 pytest tests/mutations` tries many; a case that fails says how to try it alone."""

import os
from random import Random

import pytest
from django.conf import settings as portal_settings
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from handoff.models import Callback, Delivery, Effect, RefusedMessage, WorkItem
from tests.invariants import violations
from tests.jobs import run_queued
from tests.mutations.damage import Message, damaged
from tests.mutations.truth import Scene, scenes

CASES, SEED = int(os.environ.get("MUTATIONS", "300")), int(os.environ.get("SEED", "1"))
# 2xx only for what is stored; what is not signed rightly is 401, whatever else is wrong with it.
REFUSALS = {400, 401, 409, 411, 413}
# An event that is implied by where the delivery stands says nothing new.
IMPLIED = {("accepted", status) for status in ("accepted", "paid", "bounced", "refused", "cancelled")}
IMPLIED |= {("paid", "bounced"), ("bounced", "paid")}
PINNED: list[int] = []


@pytest.mark.django_db
def test_whatever_comes_is_refused_without_a_trace_or_stored_and_owned(client):
    client.raise_request_exception = False
    places = scenes()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    answers: dict[int, int] = {}
    for case in [*PINNED, *range(CASES)]:
        rng = Random(f"{SEED}-{case}")
        scene = rng.choice(places)
        message = Message(
            agency=scene.agency,
            secret=portal_settings.AGENCIES[scene.agency]["secrets"][0],
            fields=scene.true_message(rng),
            id=f"evt_{case}",
        )
        damaged(rng, message)
        with transaction.atomic():
            try:
                status = judged(client, scene, message)
            except BaseException as error:
                error.add_note(f"SEED={SEED}, case {case}: {message.done}, {message.headers}, {message.body[:2000]!r}")
                raise
            transaction.set_rollback(True)
        answers[status] = answers.get(status, 0) + 1
    print(f"{CASES} messages, answered {dict(sorted(answers.items()))}")  # noqa: T201 - shown with -s, and when it fails
    assert answers[202] > CASES / 20
    assert answers[401] > CASES / 20


def judged(client, scene: Scene, message: Message) -> int:
    before, rows = scene.picture(), counted()
    response = post(client, message)
    status = response.status_code
    if status == 202:
        assert message.claims() in message.signed, "taken without a right signature"
        stored_and_owned(client, scene, message, before)
        return status
    assert status in REFUSALS, (status, response.content[:500])
    assert response.json()["detail"].endswith("。")
    if status == 401:
        assert not message.is_genuine, "signed rightly, and told that it is not"
    assert not Callback.objects.filter(message_id=message.id).exists()
    kept = status in (400, 409)
    assert counted() == (rows if not kept else (*rows[:2], rows[2] + 1, rows[3] + 1)), (
        "refused, and not kept for an operator to read"
    )
    assert run_queued() == []
    assert scene.picture() == before, "refused, and something has moved"
    return status


def counted() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Callback, ProcrastinateJob, RefusedMessage, WorkItem))


def post(client, message: Message):
    names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in message.headers.items()}
    url = f"/handoff/callbacks/{message.agency}/"
    return client.generic("POST", url, message.body, content_type="application/json", **names)


def stored_and_owned(client, scene: Scene, message: Message, before: tuple) -> None:
    """Stored once, applied, and its effect shows: in the refund, or before a person."""
    assert post(client, message).status_code == 202, "the same again is the same"
    assert run_queued() == []
    callback = Callback.objects.get(agency=message.agency, message_id=message.claims()[0])
    assert callback.applied_at
    owned = WorkItem.objects.filter(agency=callback.agency, instruction_id=callback.instruction_id, closed_at=None)
    if callback.effect in (Effect.UNKNOWN, Effect.CONTRADICTED, Effect.KEPT):
        assert owned.exists(), f"{callback.effect}, and nobody was told"
    else:
        # Every message that counts is about an instruction that the scene's agency has, and about its money to the fen.
        delivery = Delivery.objects.defer("body").get(instruction_id=callback.instruction_id, agency=callback.agency)
        assert delivery.number == scene.number
        assert callback.amount in scene.due(callback.event, list(callback.returned))
        assert set(callback.returned) <= set(scene.tickets)
        told = callback.event == delivery.status or (callback.event, delivery.status) in IMPLIED
        assert told, f"{callback.effect}, and {callback.event} is not in {delivery.status}"
        if callback.effect == Effect.FOLLOWED:
            assert scene.picture() != before, "followed, and nothing has moved"
    if callback.pk % 5 == 0:
        assert violations() == []

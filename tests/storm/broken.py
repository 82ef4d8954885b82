"""`python -m tests.storm --broken`: a worker with one guarantee taken away (I4), so that a storm can show that it would see it.

The receipt of its first send is lost on the way back, and what may have left before it sends again under another name, unasked.
"""

from itertools import count

from django.core.management import call_command

import refunds_portal.wsgi  # noqa: F401 - sets Django up


def break_it() -> None:
    from handoff import deliveries
    from handoff.wire import client

    send, sends = client.send, count()

    def send_and_lose(agency: str, instruction_id: str, body: str) -> client.Answer:
        answer = send(agency, instruction_id, body)
        return client.Answer("没有应答") if next(sends) == 0 else answer

    def send_again(delivery) -> client.Answer | None:
        if not delivery.is_sent:
            return None
        name = f"{delivery.instruction_id}0"
        body = delivery.body.reveal("sent under another name").replace(delivery.instruction_id, name)
        return send(delivery.agency, name, body)

    client.send, deliveries._known_already = send_and_lose, send_again


if __name__ == "__main__":
    break_it()
    call_command("worker")

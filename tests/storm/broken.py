"""`python -m tests.storm --broken`: a worker with one guarantee taken away (I4), so that a storm can show that it would see it.

The receipt of its first send is lost on the way back, and what may have left before it sends again under another name, unasked.
"""

from django.core.management import call_command

import refunds_portal.wsgi  # noqa: F401 - sets Django up


def break_it() -> None:
    from handoff.wire import client, questions

    send, sent = client.send, set()

    def send_and_lose(agency: str, instruction_id: str, body: str) -> client.Answer:
        if instruction_id in sent:
            name = f"{instruction_id}0"
            return send(agency, name, body.replace(instruction_id, name))
        answer = send(agency, instruction_id, body)
        sent.add(instruction_id)
        return client.Answer("没有应答") if len(sent) == 1 else answer

    def ask(agency: str, instruction_id: str) -> questions.Reply:
        return questions.Reply("没有问", can_be_asked=False)

    client.send, questions.ask = send_and_lose, ask


if __name__ == "__main__":
    break_it()
    call_command("worker")

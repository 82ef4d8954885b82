"""Which transitions of an application's two machines are declared, and which of them a test takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django_fsm.signals import post_transition


def declared(model) -> set[str]:
    """The name of every transition of the two machines."""
    machines = [model._meta.get_field(name) for name in ("refund_status", "review_status")]
    return {transition.name for machine in machines for transition in machine.get_all_transitions(model)}


@contextmanager
def walked(model) -> Iterator[set[str]]:
    """The names of those that are taken meanwhile."""
    names: set[str] = set()

    def note(sender, name, **transition):
        names.add(name)

    post_transition.connect(note, sender=model, weak=False)
    try:
        yield names
    finally:
        post_transition.disconnect(note, sender=model)

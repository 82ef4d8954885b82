"""The steps that one row of the history may be from the row before it, as the machine declares them."""

from typing import Any

# What an application begins as: stored as a draft, or submitted at once.
BEGINNINGS = {"refund_status": ("not_applied", "applied"), "review_status": ("draft", "pending")}


def edges(model: Any, machine: str) -> list[tuple[str, str]]:
    """(before, after) of every transition of a machine. One may stay while the other moves; before the first row is ''."""
    field = model._meta.get_field(machine)
    moves = {
        (str(move.source), target) for move in field.get_all_transitions(model) for target in _targets(move.target)
    }
    stays = {(state, state) for move in moves for state in move}
    begins = {("", state) for state in BEGINNINGS[machine]}
    return sorted(moves | stays | begins)


def _targets(target: Any) -> list[str]:
    """The states a transition may lead to: one, or those that it chooses from."""
    return [str(state) for state in getattr(target, "allowed_states", [target])]

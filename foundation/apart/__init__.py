"""Several things to do of which none waits for another to go well."""

from collections.abc import Callable, Iterable


def each(deeds: Iterable[Callable[[], object]]) -> None:
    """All of them, whatever becomes of the others. Raises an ExceptionGroup of what went wrong, so that it is tried again and
    somebody learns of it."""
    wrong: list[Exception] = []
    for deed in deeds:
        try:
            deed()
        except Exception as error:  # noqa: BLE001 - the others are done, and then it is raised
            wrong.append(error)
    if wrong:
        raise ExceptionGroup("; ".join(f"{type(error).__name__}: {error}" for error in wrong), wrong)

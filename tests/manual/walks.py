"""All walks, in the order they are gone: who comes later finds what the earlier ones did."""

from tests.manual import clerks, officers, residents, staff  # noqa: F401  (each adds its walks)
from tests.manual.camera import WALKS, Walk


def every() -> list[Walk]:
    """Residents first, so that officers have something to decide."""
    order = ["residents", "clerks", "officers", "staff"]
    return sorted(WALKS, key=lambda walk: order.index(walk.go.__module__.rpartition(".")[2]))

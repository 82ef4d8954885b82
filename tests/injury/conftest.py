"""The mock agency, and what a feed needs to be there."""

from tests.feeds.conftest import places, run  # noqa: F401
from tests.handoff.conftest import agency  # noqa: F401

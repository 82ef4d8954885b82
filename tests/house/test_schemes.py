"""Every scheme that is registered brings what the house tests it with, and is found from there alone."""

import pytest

from refunds import schemes
from tests.house import brought


@pytest.mark.parametrize("scheme", schemes.every(), ids=lambda scheme: scheme.code)
def test_every_scheme_brings_routes_and_canaries(scheme):
    assert brought.missing(brought.label_of(scheme)) == []


def test_a_scheme_that_brings_nothing_is_seen():
    """The twin."""
    assert brought.missing("nowhere") == [f"tests/nowhere/{module}.py" for module in brought.MODULES]

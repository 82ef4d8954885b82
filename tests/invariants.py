"""What must be true of the database after every test: what `manage.py check_invariants` asks of it for real."""

from refunds_portal import invariants


def violations(*, with_structure=False) -> list[str]:
    """Empty when all is well."""
    broken = invariants.broken(with_structure=with_structure)
    return [f"{one.scope}: {one.promise.words}: {found}" for one in broken for found in one.found]

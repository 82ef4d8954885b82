"""Django's PostgreSQL backend; where no server is named, the first connection starts the embedded one."""

import re
from typing import Any

from django.core.signals import request_started
from django.db import connections
from django.db.backends.postgresql import base

from foundation import embedded

# What leaves everything as it was; the functions of the job queue write, though one selects them.
READS = re.compile(r"\s*(SELECT|SHOW|EXPLAIN|SAVEPOINT|RELEASE|SET)\b(?!.*\bprocrastinate_)", re.IGNORECASE | re.DOTALL)


class DatabaseWrapper(base.DatabaseWrapper):
    """`settings_dict["EMBEDDED"]` is the folder of the embedded server's data, or None where HOST names a server.

    The pool and the job queue both ask for `get_connection_params`, so that importing settings starts nothing.
    """

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        data = self.settings_dict["EMBEDDED"]
        return params | embedded.address(data) if data else params

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # How often something may have become lasting in this request: by a commit, or by a statement that needs none.
        self.lasting = 0
        self.execute_wrappers.append(self._note)

    def _commit(self) -> None:
        self.lasting += 1  # before it: where the answer is lost on the way, nobody knows
        super()._commit()  # type: ignore[misc]

    def _note(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not self.in_atomic_block and not READS.match(str(sql)):
            self.lasting += 1
        return execute(sql, params, many, context)


def anything_lasting() -> bool:
    """Whether this request may have saved something so far. False is certain."""
    return any(getattr(one, "lasting", 0) for one in connections.all(initialized_only=True))


def _begin(**_kwargs: Any) -> None:
    for one in connections.all(initialized_only=True):
        one.lasting = 0  # type: ignore[attr-defined]


request_started.connect(_begin, dispatch_uid="foundation.postgres")

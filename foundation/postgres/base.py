"""Django's PostgreSQL backend; where no server is named, the first connection starts the embedded one."""

from typing import Any

from django.db.backends.postgresql import base

from foundation import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    """`settings_dict["EMBEDDED"]` is the folder of the embedded server's data, or None where HOST names a server.

    The pool and the job queue both ask for `get_connection_params`, so that importing settings starts nothing.
    """

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        data = self.settings_dict["EMBEDDED"]
        return params | embedded.address(data) if data else params

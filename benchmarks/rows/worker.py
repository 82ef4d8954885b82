"""`manage.py worker` with one more task, which does nothing: what the queue itself can do in our worker's own slots."""

import os
import sys

NOTHING = "benchmarks.nothing"


def register():
    """The task, as a synchronous function like ours."""
    from procrastinate.contrib.django import app

    if NOTHING in app.tasks:
        return app.tasks[NOTHING]

    @app.task(name=NOTHING)
    def nothing() -> None:
        pass

    return nothing


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")
    import django

    django.setup()
    register()
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], "worker"])


if __name__ == "__main__":
    main()

"""`manage.py worker` with two more tasks. One does nothing: what the queue itself can do in our worker's own slots. The other
asks the agency one signed question, and does nothing with the signed answer: what HTTP adds to it."""

import os
import sys

NOTHING, ASKING = "benchmarks.nothing", "benchmarks.asking"


def register():
    """The tasks by name, as synchronous functions like ours."""
    from procrastinate.contrib.django import app

    from handoff.wire import questions

    if NOTHING in app.tasks:
        return app.tasks

    @app.task(name=NOTHING)
    def nothing() -> None:
        pass

    @app.task(name=ASKING)
    def asking() -> None:
        reply = questions.ask("hrss", "YL202611200000001-1")
        if reply.state != "unknown":
            raise RuntimeError(reply.text)

    return app.tasks


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")
    import django

    django.setup()
    register()
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], "worker"])


if __name__ == "__main__":
    main()

"""Runs the queued jobs on the test's own connection, inside its transaction, without a worker."""

from types import SimpleNamespace

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def queued(name: str = "") -> list[ProcrastinateJob]:
    """The jobs waiting to run, oldest first."""
    jobs = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return list(jobs.filter(task_name=name) if name else jobs)


def run_queued(limit: int = 100) -> list[Exception]:
    """Run what is due, and what that defers, until nothing is left. A job that asks for a retry is given back later."""
    raised = []
    for _ in range(limit):
        job = _fetch()
        if job is None:
            return raised
        raised += _run(*job)
    raise AssertionError(f"still jobs after {limit}")


def _fetch():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, task_name, args, attempts FROM procrastinate_fetch_job_v2(NULL, NULL)")
        row = cursor.fetchone()
    return row if row and row[0] is not None else None


def _run(job_id, name, args, attempts):
    import json

    args = json.loads(args) if isinstance(args, str) else args
    task = app.tasks[name]
    context = [SimpleNamespace(job=SimpleNamespace(attempts=attempts, id=job_id), app=app)] if task.pass_context else []
    try:
        task.func(*context, **args)
    except Exception as error:  # noqa: BLE001 - the worker, too, decides by the retry strategy
        decision = task.retry_strategy and task.retry_strategy.get_retry_decision(
            exception=error, job=SimpleNamespace(attempts=attempts)
        )
        if not decision:
            raise
        _call("procrastinate_retry_job_v2(%s, now() + interval '1 hour', NULL, NULL, NULL)", job_id)
        return [error]
    _call("procrastinate_finish_job_v1(%s, 'succeeded', false)", job_id)
    return []


def _call(function, *args):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}", args)

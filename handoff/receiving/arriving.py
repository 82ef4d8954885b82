"""A message that was understood is stored and queued in one statement: before it is answered both are there, or neither."""

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field

from handoff.models import Callback
from handoff.tasks import applying

# Whether it is new, the constraint says; nobody looks first. The job is as `defer_apply` makes it, by the queue's own function.
STORE = """WITH stored AS (
    INSERT INTO handoff_callback ({columns}) VALUES ({values}) ON CONFLICT (agency, message_id) DO NOTHING RETURNING id)
SELECT procrastinate_defer_jobs_v1(
    ARRAY[(%s, %s, %s, %s, NULL, jsonb_build_object('callback_id', id), NULL)::procrastinate_job_to_defer_v1]) FROM stored"""


def store(callback: Callback) -> bool:
    """Whether it is new: nothing is stored or queued of what came before under the same id."""
    query, columns = _statement()
    values = [field.get_db_prep_save(field.pre_save(callback, add=True), connection) for field in columns]
    job = applying(callback).job
    with connection.cursor() as cursor:
        cursor.execute(query, [*values, job.queue, job.task_name, job.priority, job.lock])
        return cursor.fetchone() is not None


@cache
def _statement() -> "tuple[str, list[Field[Any, Any]]]":
    columns = [field for field in Callback._meta.concrete_fields if not field.primary_key]
    names, marks = ", ".join(str(field.column) for field in columns), ", ".join(["%s"] * len(columns))
    return STORE.format(columns=names, values=marks), columns

"""An officer opens the queue: its first page, one 2,000 pages further, one narrowed by something rare; beside the same statements
alone, and beside the list of the stock Django admin over the table of one scheme (half of the same applications).

On a province of APPLICATIONS, made here; or, with `--database`, on one that is there already, as it is: nothing is written but
sessions. Everything goes through the whole portal, in this process; no server or client of ours is measured.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measuring import Sample, Side, Stopwatch

SIZE = 5
AIM = 0.5
APPLICATIONS = int(os.environ.get("PORTAL_BENCHMARK_APPLICATIONS", "10000"))
READS_ONLY = True
RATIOS = {
    "first page / its statements": ("first", "statements"),
    "page 2,000, or the last / first page": ("deep", "first"),
    "a rare condition / first page": ("rare", "first"),
    "the province's first page / a county's": ("province", "first"),
    "first page / stock admin": ("first", "admin"),
    "first page / tuned admin": ("first", "admin_tuned"),
    "a name looked for / the admin's search": ("find", "admin_search"),
}
DEEP = 2_000 * 50
LIBRARIES = ("admin_list", "admin_urls", "admin_modify")
REVIEWER, AUDITOR = "shenhe420984-1", "shenji"


@contextmanager
def sides(size: int) -> Iterator[dict[str, Side]]:
    from django.conf import settings
    from django.test import override_settings

    from accounts.models import Person
    from benchmarks import generate

    if not Person.objects.exists():
        generate.fill(APPLICATIONS)
        generate.tidy(APPLICATIONS)
    with override_settings(
        ROOT_URLCONF="benchmarks.rows.stock",
        ALLOWED_HOSTS=["testserver"],
        SECURE_SSL_REDIRECT=False,
        TEMPLATES=[*settings.TEMPLATES, _templates()],
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        county, province = Officer(REVIEWER), Officer(AUDITOR)
        yield {
            "first": partial(county.opens, size, "/review/?queue=all"),
            "statements": partial(county.asks, size, "/review/?queue=all"),
            "deep": partial(province.opens, size, _deep()),
            "rare": partial(county.opens, size, "/review/?queue=all&least=15000&year=2021"),
            "province": partial(province.opens, size, "/review/?queue=all"),
            "find": partial(county.looks, size, "王建国"),
            "admin": partial(county.opens, size, "/stock/pension/pensionrefund/"),
            "admin_tuned": partial(county.opens, size, "/tuned/pension/pensionrefund/"),
            "admin_search": partial(county.opens, size, "/tuned/pension/pensionrefund/?q=王建国"),
        }


class Officer:
    """Signed in, looking."""

    def __init__(self, username: str):
        from django.test import Client

        from accounts.models import User

        self._client = Client()
        self._client.force_login(User.objects.get(username=username))

    def opens(self, size: int, address: str) -> Sample:
        return self._answered(size, lambda: self._client.get(address), 200)

    def looks(self, size: int, typed: str) -> Sample:
        return self._answered(size, lambda: self._client.post("/review/find/", {"q": typed}), (200, 302))

    def asks(self, size: int, address: str) -> Sample:
        """What the page asks the database, and nothing else."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as taken:
            self._client.get(address)
        statements = [one["sql"] for one in taken]
        with Stopwatch() as watch, connection.cursor() as cursor:
            for _ in range(size):
                for statement in statements:
                    cursor.execute(statement)
                    cursor.fetchall()
        return watch.sample(size)

    def _answered(self, size: int, ask: Any, right: Any) -> Sample:
        with Stopwatch() as watch:
            answers = [ask() for _ in range(size)]
        wrong = [
            one.status_code
            for one in answers
            if one.status_code not in (right if isinstance(right, tuple) else (right,))
        ]
        if wrong:
            raise RuntimeError(f"{len(wrong)} of {size} were answered {wrong[0]}")
        return watch.sample(size)


def _deep() -> str:
    """The page that lies DEEP rows down the list of the province, or as far as it goes, by the place that its link would name."""
    import base64
    import json

    from refunds import schemes

    found: list[tuple[Any, Any]] = []
    for scheme in schemes.every():
        rows = scheme.model.objects.filter(submitted_at__isnull=False).order_by("-submitted_at", "-id")
        found += rows.values_list("submitted_at", "id")[: DEEP + 1]
    key = sorted(found, reverse=True)[:DEEP][-1]
    place = base64.urlsafe_b64encode(json.dumps([key[0].isoformat(), str(key[1])]).encode()).decode()
    return f"/review/?queue=all&after={place}"


def _templates() -> dict[str, Any]:
    """The admin's, without its app: the portal goes on as it is."""
    from django.contrib import admin

    tags = "django.contrib.admin.templatetags"
    processors = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth"]
    processors.append("django.contrib.messages.context_processors.messages")
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(admin.__file__).parent / "templates"],
        "OPTIONS": {"context_processors": processors, "libraries": {name: f"{tags}.{name}" for name in LIBRARIES}},
    }

"""One province, visited: `benchmarks.pages` names a page on a line, and reads on a line what it cost.

The first line says how many applications there are, and which pages.
"""

import base64
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.measuring import cpu_of
from benchmarks.portal import prepare

SIGNED_IN = 2  # the session and who it is
COUNTY, CITY, PROVINCE = "shenhe420984-1", "fuhe420900-1", "shenji"
DEEP = 2_000 * 50  # rows, before the deep page of a list
FILTERS = {
    "segment over": "segment=over", "segment checks": "segment=checks", "a scheme": "scheme=medical", "a year": "year=2021",
    "an amount, rare": "least=12000", "a day": "since=2026-11-01", "long ago": "until=2025-01-10", "a mark": "mark=again",
    "a state": "state=failed", "nobody's": "holder=none", "an office": "office={office}", "a reviewer": "reviewer={reviewer}",
    "two conditions, rare": "least=15000&year=2021",
}  # fmt: skip
Visit = Callable[[], Any]


class Officer:
    """Signed in, looking."""

    def __init__(self, username: str):
        from django.test import Client

        from accounts.models import User

        self.user = User.objects.select_related("office").get(username=username)
        self.client = Client()
        self.client.force_login(self.user)

    def opens(self, address: str) -> Visit:
        return lambda: self.client.get(address)

    def looks(self, typed: str) -> Visit:
        return lambda: self.client.post("/review/find/", {"q": typed})

    def deep(self, code: str) -> str:
        """The page DEEP rows down the list, or as far as it goes, by the place that its link would name."""
        from review.queue import queues

        _code, _label, which = queues.queue_of(self.user, code)
        order, newest_first = queues.order_of(code), code == "all"
        keys: list[Any] = []
        for rows in queues.listed(self.user, code, which):
            ordered = rows.order_by(*(f"-{key}" if newest_first else key for key in order))
            keys += ordered.values_list(*order)[: DEEP + 1]
        key = sorted(keys, reverse=newest_first)[:DEEP][-50:][0]
        place = base64.urlsafe_b64encode(json.dumps([key[0].isoformat(), str(key[1])]).encode()).decode()
        return f"/review/?queue={code}&after={place}"


def visits() -> dict[str, Visit]:
    """Every page, by name."""
    from accounts.models import Organisation
    from benchmarks.province.places import LARGEST
    from benchmarks.province.residents import known
    from refunds import schemes

    county, city, province = Officer(COUNTY), Officer(CITY), Officer(PROVINCE)
    found: dict[str, Visit] = {}
    for where, officer, queues in (
        ("county", county, ("pending", "mine", "countersign", "agency", "disputed", "all")),
        ("city", city, ("countersign", "pending", "agency", "disputed", "all")),
        ("province", province, ("all", "pending", "countersign", "agency", "disputed")),
    ):
        for code in queues:
            found[f"queue: {where}, {code}"] = officer.opens(f"/review/?queue={code}")
        for code in ("pending", "agency", "all"):
            found[f"queue: {where}, {code}, deep"] = officer.opens(officer.deep(code))
        names = {"office": county.user.office_id, "reviewer": COUNTY}
        for words, condition in FILTERS.items():
            asked = condition.format(**names)
            found[f"queue: {where}, all, {words}"] = officer.opens(f"/review/?queue=all&{asked}")
    village = Organisation.objects.filter(office=county.user.office).order_by("social_number")[0].name
    rows = schemes.get("pension").model.objects.filter(office=county.user.office, submitted_at__isnull=False)
    number = rows.filter(applicant__isnull=False).order_by("-submitted_at")[0].number
    identity, phone = known(3, LARGEST)
    sought = {
        "a number": number, "its end": number[-6:], "证件号码": identity, "a phone": phone, "its last four": phone[-4:],
        "a name": "王建国", "a name's beginning": "王建", "initials": "wjg", "a village": village,
    }  # fmt: skip
    for where, officer in (("county", county), ("city", city), ("province", province)):
        for words, typed in sought.items():
            found[f"find: {where}, {words}"] = officer.looks(typed)
        found[f"find: {where}, what was found"] = officer.opens("/review/find/")
        found[f"statistics: {where}"] = officer.opens("/review/statistics/")
        found[f"statistics: {where}, the year"] = officer.opens("/review/statistics/?period=year")
        found[f"items: {where}"] = officer.opens("/review/items/")
    for where, officer in (("county", county), ("city", city)):
        found[f"case: {where}"] = officer.opens(f"/review/{number}/")
    return found


def visited(visit: Visit) -> dict[str, float]:
    """What it asks, how long it takes, and how long a core works on it: here, and in the database's own process."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    backend = connection.connection.info.backend_pid
    before, started, began = cpu_of(backend), time.process_time(), time.perf_counter()
    answer = visit()
    waited, here, there = time.perf_counter() - began, time.process_time() - started, cpu_of(backend) - before
    if answer.status_code not in (200, 302):
        raise RuntimeError(f"Answered {answer.status_code}")
    with CaptureQueriesContext(connection) as taken:
        visit()
    return {
        "waited": 1000 * waited,
        "cost": 1000 * (here + there),
        "there": 1000 * there,
        "asks": len(taken) - SIGNED_IN,
    }


def main() -> None:
    prepare(sys.argv[1])
    from django.conf import settings
    from django.test import override_settings

    from refunds import schemes

    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    often = {"LOOKUPS_PER_HOUR": 10**6, "LOOKUPS_BY_END_PER_HOUR": 10**6}
    with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False, STORAGES=storages, **often):
        pages = visits()
        count = sum(one.model.objects.filter(submitted_at__isnull=False).count() for one in schemes.every())
        say({"applications": count, "pages": list(pages)})
        for line in sys.stdin:
            say(visited(pages[line.strip()]))


def say(words: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(words, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Where: the tax offices of the province and who works there. A few counties have most of the people, as in life."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.demo import PASSWORD
from accounts.models import Role, TaxOffice, User
from bankreports.models import Division
from benchmarks.province.residents import People
from benchmarks.province.streams import Streams

PROVINCE = "420000"
# The county with the most people; of the others each has a little less than the one before.
LARGEST = "420984"
SKEW = 0.8
# One password for whoever is to sign in, hashed once and always alike.
HASHED = make_password(PASSWORD, salt="a-province-of-numbers")

# Where everybody sits, as the history says of what was done in a request.
ADDRESS = "10.42.0.7"


@dataclass(frozen=True)
class Officer:
    """Somebody who decides. `context` is what the history says of her, beside the action (`who`)."""

    pk: int
    context: str


@dataclass
class County:
    """A county: its office, how likely somebody lives there, and who decides."""

    division: str
    name: str
    office: str
    share: float
    reviewers: list[Officer] = field(default_factory=list)
    countersigners: list[Officer] = field(default_factory=list)


class Map:
    """All counties, their officers written with them."""

    def __init__(self, rng: Random, tables: Streams, people: People):
        self._rng, self._tables, self._people = rng, tables, people
        self.counties: list[County] = []
        rows = list(Division.objects.order_by("code").values_list("code", "name", "parent_id"))
        cities = [(code, name) for code, name, parent in rows if parent == PROVINCE]
        self._office(PROVINCE, "湖北省", above="")
        self._officer("shenji", Role.AUDITOR, PROVINCE, "湖北省")
        for code, name in cities:
            self._city(code, name, [(own, words) for own, words, parent in rows if parent == code])
        self._people_them()
        self._cumulated: list[float] = []
        for county in self.counties:
            self._cumulated.append(county.share + (self._cumulated[-1] if self._cumulated else 0))

    def county(self) -> County:
        """Where the next one lives."""
        return self._rng.choices(self.counties, cum_weights=self._cumulated)[0]

    def _city(self, code: str, name: str, counties: list[tuple[str, str]]) -> None:
        """A city that has no counties is one itself."""
        path = self._office(code, name, above=f"/{office_of(PROVINCE)}/")
        boss = [self._officer(f"fuhe{code}-{n}", Role.COUNTERSIGNER, code, name) for n in (1, 2)]
        for own, words in counties or [(code, name)]:
            if own != code:
                self._office(own, words, above=path)
            self.counties.append(County(own, words, office_of(own), 0.0, countersigners=boss))

    def _people_them(self) -> None:
        ranked = sorted(self.counties, key=lambda county: (county.division != LARGEST, self._rng.random()))
        total = sum((rank + 1) ** -SKEW for rank in range(len(ranked)))
        for rank, county in enumerate(ranked):
            county.share = (rank + 1) ** -SKEW / total
        for county in self.counties:
            for n in range(1, 3 + int(40 * county.share)):
                name = f"shenhe{county.division}-{n}"
                county.reviewers.append(self._officer(name, Role.REVIEWER, county.division, county.name))

    def _office(self, division: str, name: str, *, above: str) -> str:
        code = office_of(division)
        path = f"{above or '/'}{code}/"
        parent = above.strip("/").rpartition("/")[2] or None
        words = f"国家税务总局{name}税务局"
        self._tables[TaxOffice].add(
            {"code": code, "name": words, "division": division, "parent_id": parent, "path": path}
        )
        return path

    def _officer(self, username: str, role: Role, division: str, place: str) -> Officer:
        person = self._people.add(division)
        values = {"username": username, "role": role, "person_id": person.pk, "office_id": office_of(division)}
        pk = self._tables[User].add(
            values | {"password": HASHED, "created_at": self._people.since, "password_set_at": self._people.since}
        )
        words = f"国家税务总局{place}税务局 {role.label}"
        return Officer(pk, who(user=pk, name=person.name, role=str(role), place=words, address=ADDRESS))


def office_of(division: str) -> str:
    """Eleven digits, as the demo has them."""
    return f"1{division}0000"


def who(**facts: Any) -> str:
    """The inside of a JSON object, written once for all that somebody does."""
    return json.dumps(facts, ensure_ascii=False)[1:-1]


def said(action: str, context: str) -> str:
    """What the history says of who did something, as JSON."""
    return f'{{"action": "{action}", {context}}}'

"""Who: people as the feeds would have brought them, most with ciphertext that opens to nothing, a few with real numbers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from random import Random

from accounts.demo import person_number
from accounts.identity import IdType, id_index
from accounts.models import Person
from benchmarks.province.streams import Streams
from foundation import crypto
from foundation.numbers import phone_index

CHINA = timezone(timedelta(hours=8))
# The common ones first, and more often.
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "建国秀英桂兰志强玉珍华春梅德明凤文斌小红永福海燕庆霞龙静长顺大勇丽娟军平生芳"
# Blobs as long as a real one: key version, IV, tag, and the text.
SEALED_ID, SEALED_PHONE, SEALED_ACCOUNT = 29 + 18, 29 + 11, 29 + 19
KNOWN = 20  # whose numbers are real, so that they can be searched for


@dataclass(frozen=True)
class Somebody:
    """A person of the register; `number` and `phone` only of those with real ones."""

    pk: str
    name: str
    number: str = ""
    phone: str = ""


def known(n: int, division: str) -> tuple[str, str]:
    """证件号码 and phone of the n-th known person. Fictional: the sequence 000 is never issued."""
    return person_number(division, date(1950, 1, 1) + timedelta(days=97 * n)), f"139000{n:05d}"


class People:
    """Writes people. Keys are as the portal makes them: ordered by time, the rest chance."""

    def __init__(self, rng: Random, tables: Streams, since: float):
        self._rng, self._tables = rng, tables
        self.since = stamp(since)
        self._surnames = [(n + 3) ** -0.7 for n in range(len(SURNAMES))]
        self._surnames = [sum(self._surnames[: n + 1]) for n in range(len(SURNAMES))]
        self._milliseconds = int(since * 1000)

    def add(self, division: str, *, known_as: int | None = None) -> Somebody:
        """One more. `known_as` n has the n-th real number, which may be searched for."""
        self._milliseconds += 1
        pk = new_id(self._rng, self._milliseconds)
        row = {"id": pk, "name": self._name(), "id_type": IdType.RESIDENT}
        if known_as is None:
            row |= self._secret()
            self._tables[Person].add(row)
            return Somebody(pk, row["name"])
        number, phone = known(known_as, division)
        row |= {
            "id_number": sealed(Person, "id_number", pk, number),
            "id_index": id_index(IdType.RESIDENT, number),
            "phone": sealed(Person, "phone", pk, phone),
            "phone_index": phone_index(phone),
        }
        self._tables[Person].add(row)
        return Somebody(pk, row["name"], number, phone)

    def _name(self) -> str:
        rng = self._rng
        first = rng.choices(SURNAMES, cum_weights=self._surnames)[0]
        return first + rng.choice(GIVEN) + (rng.choice(GIVEN) if rng.random() < 0.85 else "")

    def _secret(self) -> dict[str, bytes]:
        noise = self._rng.randbytes
        return {
            "id_number": b"\1" + noise(SEALED_ID - 1),
            "id_index": noise(32),
            "phone": b"\1" + noise(SEALED_PHONE - 1),
            "phone_index": noise(32),
        }


def sealed(model: type, column: str, pk: str, text: str) -> bytes:
    """Really encrypted, for the row with this key."""
    return crypto.encrypt(text, context=crypto.sealed_context(model, column, pk))


def new_id(rng: Random, milliseconds: int) -> str:
    """As `crypto.new_id`, at that time and with that chance."""
    value = milliseconds << 80 | rng.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    digits = f"{value & ~(0x3 << 62) | 0x2 << 62:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def any_id(rng: Random) -> str:
    """A key that says nothing of time."""
    return f"{rng.getrandbits(128):032x}"


@lru_cache(maxsize=8)  # several rows tell of one moment
def stamp(seconds: float) -> str:
    """A moment as the database reads it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def day_of(seconds: float) -> date:
    """The day in China."""
    return datetime.fromtimestamp(seconds, CHINA).date()

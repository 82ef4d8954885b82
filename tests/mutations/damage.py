"""What may become of a message on its way, or in the hands of somebody who means no good: every part of it, once or several times.

Each damage takes a random generator and a Message and changes it. Those of the fields come first, then those of the text, then those of
the bytes; signed is in between at any place, so that some are damaged with a right signature and some without.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

# What no field expects.
ODD = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    2**31,
    2**63,
    "",
    " ",
    "0",
    "\0",
    "\ud800",
    "长" * 301,
    "x" * 5000,
    [],
    {},
    [[]],
    {"a": 1},
]
ODD += ["\u202e", "=cmd()", "<script>", "'; --", "２", "６２２８４８０４０２５６４８９００１８", "110101199001010007"]
ODD_OF = {
    "event": ["accepted", "refused", "paid", "bounced", "cancelled", "PAID", "paid ", "postponed", "x" * 41],
    "sequence": [0, 1, 2, 3, 4, 7, 2**31 - 1, 2**31, "1", 1.0, True],
    "amount": ["100", "100.0", "0.00", "-0.01", "1e2", "١٠٠.٠٠", " 100.00", "100.00 ", "100.00\n", 100, 100.01, "9999999999.99"],
    "occurred_at": [
        "0000-00-00T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-23:59", "2026-02-30T00:00:00Z", "2026-01-01",
        "2026-01-01T00:00:00", "2020-01-01T00:00:00+08:00", "2999-01-01T00:00:00+08:00", "1700000000", 1700000000,
        "2026-11-26T12:00:00+99:00",
    ],
    "paid_on": ["0001-01-01", "9999-12-31", "2026-02-30", "20261121", "2026-W47-6", "2020-01-01", "２０２６-01-01", 20261121, "today"],
    "reason": ["长" * 300, "长" * 301, "\ud800", "不符\0", "证件号码110101199001010007", 7, ["不符"], {"a": "b"}],
    "instruction_id": ["YL000-9", "", "\0", "9" * 30, "9" * 31, "../../etc", "YL2026112600001-1 ", 7],
}  # fmt: skip


@dataclass
class Message:
    """What is sent, and to whom; `signed` are the (id, time, body) that were ever signed with the agency's secret."""

    agency: str
    secret: str
    fields: dict
    id: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    signed: set[tuple[str, int, bytes]] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    # Whether it goes out as it was signed, so that nobody may doubt who says it.
    is_genuine: bool = False

    def write(self) -> None:
        self.body = json.dumps(self.fields, ensure_ascii=False).encode(errors="surrogatepass")

    def sign(self, at: int | None = None) -> None:
        at = int(time.time()) if at is None else at
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        content = f"{self.id}.{at}.".encode() + self.body
        seal = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        self.headers = {"webhook-id": self.id, "webhook-timestamp": str(at), "webhook-signature": f"v1,{seal}"}
        self.signed.add((self.id, at, self.body))
        self.is_genuine = abs(at - time.time()) < 290

    def claims(self) -> tuple[str, int, bytes] | None:
        """What its headers say was signed."""
        try:
            at = int(float(self.headers.get("webhook-timestamp", "")))
        except (ValueError, OverflowError):
            return None
        return self.headers.get("webhook-id", ""), at, self.body


Damage = Callable[[Random, Message], None]


# Fields ------------------------------------------------------------------------------------------------------------------


def drop_field(rng: Random, message: Message) -> None:
    message.fields.pop(rng.choice(sorted(message.fields)))


def odd_value(rng: Random, message: Message) -> None:
    message.fields[rng.choice(sorted(message.fields))] = rng.choice(ODD)


def odd_value_of_its_kind(rng: Random, message: Message) -> None:
    name = rng.choice(sorted(ODD_OF))
    message.fields[name] = rng.choice(ODD_OF[name])


def one_fen_off(rng: Random, message: Message) -> None:
    amount = str(message.fields.get("amount"))
    message.fields["amount"] = (
        amount[:-1] + str((int(amount[-1]) + rng.randint(1, 9)) % 10) if amount[-1:].isdigit() else "0.01"
    )


def odd_lines(rng: Random, message: Message) -> None:
    known = {
        "ticket_number": rng.choice(["T000000000001", "M000000000001", "X", ""]),
        "outcome": "returned",
        "reason": "不符",
    }
    one = rng.choice(
        [known, known | {"outcome": "paid"}, known | {"reason": None}, known | {"ticket_number": None}, {}, [], 7]
    )
    lines = message.fields.get("lines")
    message.fields["lines"] = [*(lines if isinstance(lines, list) else []), one] * rng.choice([1, 1, 2])


def very_many_lines(rng: Random, message: Message) -> None:
    count = rng.choice([500, 10_000, 10_001])
    message.fields["lines"] = [{"ticket_number": f"Z{n}", "outcome": "returned", "reason": ""} for n in range(count)]


def more_fields(rng: Random, message: Message) -> None:
    message.fields |= {rng.choice(["Event", "amount ", "id", "__proto__", "长"]): rng.choice(ODD)}


def other_order(rng: Random, message: Message) -> None:
    names = list(message.fields)
    rng.shuffle(names)
    message.fields = {name: message.fields[name] for name in names}


FIELDS: list[Damage] = [
    drop_field, odd_value, odd_value_of_its_kind, odd_value_of_its_kind, odd_value_of_its_kind, one_fen_off, odd_lines,
    more_fields, other_order,
]  # fmt: skip


# Text and bytes ------------------------------------------------------------------------------------------------------------


def other_writing(rng: Random, message: Message) -> None:
    """The same, written in another way."""
    how = rng.choice([{"ensure_ascii": True}, {"indent": 1}, {"separators": (",", ":")}, {"sort_keys": True}])
    message.body = json.dumps(message.fields, **how).encode(errors="surrogatepass")


def other_encoding(rng: Random, message: Message) -> None:
    text = message.body.decode(errors="replace")
    message.body = text.encode(rng.choice(["utf-16", "utf-32", "utf-8-sig", "gb18030", "utf-16-be"]), errors="replace")


def twice_the_same_name(rng: Random, message: Message) -> None:
    name, value = rng.choice([("event", "refused"), ("amount", "0.01"), ("sequence", 9), ("instruction_id", "YL000-9")])
    message.body = message.body.replace(b"{", f'{{"{name}": {json.dumps(value)}, '.encode(), 1)


def no_json(rng: Random, message: Message) -> None:
    message.body = rng.choice(
        [b"", b"{}", b"[]", b"null", b"7", b'"paid"', b"NaN", b"\xff\xff", b"[" * 100_000, b'{"a":' * 5_000, b"9" * 5_000,
         b"{" + b" " * 9_000_000]
    )  # fmt: skip


def trailing(rng: Random, message: Message) -> None:
    message.body += rng.choice([b" ", b"\n", b"{}", b"\0", b",", b"//", message.body])


def wrong_bytes(rng: Random, message: Message) -> None:
    body = bytearray(message.body)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(body) + 1)
        match rng.randrange(4):
            case 0 if body:
                body[min(at, len(body) - 1)] ^= 1 << rng.randrange(8)
            case 1:
                body[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 4)))
            case 2:
                del body[at : at + rng.randint(1, 8)]
            case _:
                body = body[: max(at, 1)]
    message.body = bytes(body)


BYTES: list[Damage] = [other_writing, other_encoding, twice_the_same_name, no_json, trailing, wrong_bytes, wrong_bytes]


# Headers -------------------------------------------------------------------------------------------------------------------


def no_header(rng: Random, message: Message) -> None:
    message.headers.pop(rng.choice(sorted(message.headers)), None)


def odd_header(rng: Random, message: Message) -> None:
    odd = [
        "",
        " ",
        "x",
        "0",
        "-1",
        "1e9",
        "nan",
        "inf",
        "1" * 400,
        "v1,",
        "v1,AA==",
        ",",
        "v1",
        "v2,AA==",
        "é" * 3,
        "\x7f",
        "a" * 300,
    ]
    message.headers[rng.choice(sorted(message.headers) or ["webhook-id"])] = rng.choice(odd)


def odd_signature(rng: Random, message: Message) -> None:
    right = message.headers.get("webhook-signature", "v1,")
    message.headers["webhook-signature"] = rng.choice(
        [
            right[:-1],
            right[:-5] + "AAA=",
            right.replace("v1,", "v1a,"),
            right.upper(),
            right + " x",
            "x " + right,
            "v1,AA== " + right,
            right * 2,
        ]
    )


def other_time(rng: Random, message: Message) -> None:
    shift = rng.choice([-86_400, -301, -60, 60, 301, 10**9])
    message.headers["webhook-timestamp"] = str(int(time.time()) + shift)


def other_name(rng: Random, message: Message) -> None:
    message.headers["webhook-id"] = rng.choice(["evt_other", "e" * 255, "e" * 256, "evt\t1", "é"])


HEADERS: list[Damage] = [no_header, odd_header, odd_signature, other_time, other_name]


def damaged(rng: Random, message: Message) -> None:
    """One to three damages; signed rightly behind them as often as not, and now and then long ago or under an odd id."""
    _some(rng, FIELDS, message, 0.6)
    if rng.random() < 0.01:
        very_many_lines(rng, message)
    message.write()
    if rng.random() < 0.05:
        message.id = rng.choice(["e" * 255, "e" * 256, " ", "a b", "\x7f", "é"])
    message.sign()
    _some(rng, BYTES, message, 0.35)
    if rng.random() < 0.7:
        message.sign()
    if rng.random() < 0.03:
        message.sign(at=int(time.time()) + rng.choice([-86_400, -400, 400]))
    _some(rng, HEADERS, message, 0.15)
    message.is_genuine = message.is_genuine and message.claims() in message.signed


def _some(rng: Random, among: list[Damage], message: Message, often: float) -> None:
    before = dict(message.headers), message.body
    for _ in range(rng.randint(1, 2) if rng.random() < often else 0):
        damage = rng.choice(among)
        damage(rng, message)
        message.done.append(damage.__name__)
    if (message.headers, message.body) != before:
        message.is_genuine = False

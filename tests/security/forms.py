"""The forms of every page, as a browser would send them, and what somebody makes of them."""

from dataclasses import dataclass
from random import Random
from urllib.parse import quote_from_bytes

from django.apps import apps
from django.urls import reverse

from tests.house.routes import TABLE
from tests.house.rows import ROLES
from tests.pages import find_all, tree

Fields = list[tuple[str, bytes]]
# Beside what is merely strange: what databases, pages, logs, headers, spreadsheets and shells have been tripped with.
STRANGE = [
    "", " ", "\u3000", "\0", "a\0b", "\x7f", "\x1b[31m", "\r\nSet-Cookie: x=1", "a\r\nb", "\u202e1234", "\u200b", "\ufeff", "\ufffe",
    "😀" * 50, "𠮷䶮𬭎", "é" * 300, "ﷺ" * 100, "0", "-1", "-0.01", "1e308", "-1e308", "1e-400", "NaN", "Infinity", "0x10", "１２３",
    "٣", "9" * 40, "9" * 5000, "0.001", "1,000.00", "99999999999.99", "true", "null", "undefined", "[]", "{}", "%s%n", "%00",
    "9999-12-31", "0000-00-00", "2026-02-29", "2026-13-01", "10000-01-01", "0001-01-01", "1899-12-31", "2026-11-27T00:00", "27/11/2026",
    "110101199001010011", "420984196003150000", "４２０９８４１９６００３１５０００７", "42098419600315000x", "1" * 18, "62" + "1" * 17,
    "1380000000", "138000000000", "+8613800000000", "010-12345678", "'", "''; DROP TABLE accounts_user; --", "1 OR 1=1", "\\", "\\'",
    "' UNION SELECT password FROM accounts_user --", "1;SELECT pg_sleep(9)", "<script>alert(1)</script>", "{{7*7}}", "{% debug %}",
    "${7*7}", "=cmd|' /C calc'!A0", "+1", "@SUM(1)", "\t=1", "../../../etc/passwd", "..\\..\\x", "file:///etc/passwd",
    "http://127.0.0.1:9/", "//evil.cn", "javascript:alert(1)", "00000000-0000-0000-0000-000000000000", "not-a-uuid", "长" * 1001,
    "长" * 100_000, "x" * 1_000_000,
]  # fmt: skip
RAW = [b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"%", b"%zz", b"%u0041", b"\x00" * 9]
# What a stranger adds to a form, hoping that it is saved: every column of every table of ours.
COLUMNS = sorted(
    {field.name for model in apps.get_models() for field in model._meta.fields} | {"is_staff", "is_superuser"}
)


@dataclass(frozen=True)
class Target:
    """One form, and who may send it. `said` is what it holds when its page is opened."""

    row: str
    role: str
    url: str
    said: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]


def targets(clients, world):
    """Every form that a role may send: those on the page of its own address, and those that only other pages hold."""
    for row in TABLE:
        for role, answer in zip(ROLES, row.post.split(), strict=True):
            if answer in ("405", "403", "404", "login", "401"):
                continue
            url = reverse(row.name, args=row.args(world))
            asked, kinds = _asked(clients[role], url, row.query(world))
            asked |= {name: str(value) for name, value in row.data(world).items() if not hasattr(value, "read")}
            yield Target(str(row), role, url, tuple(asked.items()), tuple(kinds.items()))


def _asked(client, url, query) -> tuple[dict[str, str], dict[str, str]]:
    """What the boxes of the page hold, and of which kind each is."""
    page = client.get(url, query)
    if page.status_code != 200 or "html" not in page.headers.get("Content-Type", ""):
        return {}, {}
    boxes = find_all(tree(page), lambda tag, attrs: tag in ("input", "select", "textarea") and attrs.get("name"))
    said, kinds = {}, {}
    for box in boxes:
        name = box["attrs"]["name"]
        if name not in ("csrfmiddlewaretoken", "whose"):
            said.setdefault(name, _value(box))
            kinds.setdefault(name, box["attrs"].get("type", box["tag"]) or "text")
    return said, kinds


def _value(box) -> str:
    if box["tag"] == "select":
        options = [option["attrs"].get("value") or "" for option in find_all(box, lambda tag, _attrs: tag == "option")]
        return next(filter(None, reversed(options)), "")
    return box["attrs"].get("value") or ""


def fuzzed(rng: Random, target: Target) -> Fields:
    """The form as it was, with up to three of its answers made strange, some twice, some away, some that it never asked."""
    fields = [(name, value.encode("utf-8", "surrogatepass")) for name, value in target.said]
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if fields and rng.random() < 0.85:
            place = rng.randrange(len(fields))
            name = fields[place][0]
            change = rng.random()
            if change < 0.08:
                del fields[place]
            elif change < 0.16:
                fields.append((name, strange(rng)))
            else:
                fields[place] = (name, strange(rng))
        else:
            fields.append((rng.choice(COLUMNS), strange(rng)))
    return fields


def strange(rng: Random) -> bytes:
    if rng.random() < 0.06:
        return rng.choice(RAW)
    # Large ones cost time and find the same each time.
    value = rng.choice(STRANGE if rng.random() < 0.03 else [one for one in STRANGE if len(one) < 2000])
    return value.encode("utf-8", "surrogatepass")


def body_of(fields: Fields) -> bytes:
    return b"&".join(f"{name}={quote_from_bytes(value)}".encode() for name, value in fields)

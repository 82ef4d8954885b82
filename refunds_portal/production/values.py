"""What is wrong with the value of one variable: each function yields the end of a sentence that begins with its name."""

import base64
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

Problems = Iterator[str]

# As the settings read a yes; any other word is a no, also one that is misspelt.
YES = ("true", "on", "ok", "y", "yes", "1")
# Of a secret that both sides sign with.
LEAST_BYTES = 24
LEAST_LETTERS = 50
LEAST_PASSWORD = 12
COMMA = "最后多了一个逗号，或者两个逗号之间是空的。去掉它"


def bare(part: str) -> str:
    """A key without what stands before it: `2:…` of FIELD_KEYS, `whsec_` of an agency."""
    return part.strip().removeprefix("whsec_").rpartition(":")[2].lower()


def predictable(key: bytes) -> bool:
    """Few different bytes, or each as far from the next: nobody's chance made that."""
    steps = {(b - a) % 256 for a, b in zip(key, key[1:], strict=False)}
    return len(set(key)) < min(8, len(key)) or len(steps) == 1


def key(value: str, size: int = 32, command: str = "openssl rand -hex 32") -> Problems:
    """So many bytes in hex, and not ones that somebody could guess."""
    try:
        made = bytes.fromhex(value)
    except ValueError:
        yield f"不是 {size * 2} 位十六进制数。用 {command} 生成"
        return
    if len(made) != size:
        yield f"长度不对：要 {size * 2} 位十六进制数，现在是 {len(made) * 2} 位。用 {command} 生成"
    elif predictable(made):
        yield f"是全零、重复或有规律的，一猜就中。用 {command} 生成"


def field_keys(value: str) -> Problems:
    """`1:hex,2:hex`."""
    parts = value.split(",")
    if not all(part.strip() for part in parts):
        yield COMMA
    pairs = [part.strip().partition(":") for part in parts if part.strip()]
    numbers = [version for version, colon, _key in pairs if colon]
    if len(numbers) < len(pairs) or not all(re.fullmatch(r"[1-9]\d{0,2}", one) and int(one) < 256 for one in numbers):
        yield "应当写成 1:密钥,2:密钥，版本号是 1 到 255"
        return
    if len(set(numbers)) < len(numbers):
        yield "有两个相同的版本号。新密钥用下一个号"
    for version, _colon, hexed in pairs:
        yield from (f"第 {version} 版{said}" for said in key(hexed, 16, "openssl rand -hex 16"))


def agency_secrets(value: str) -> Problems:
    """`whsec_` and base64, more than one while one is being replaced."""
    parts = [part.strip() for part in value.split(",")]
    if not all(parts):
        yield COMMA
    for place, part in enumerate(filter(None, parts), 1):
        said = _agency_secret(part)
        if said:
            yield f"第 {place} 个{said}。用 echo whsec_$(openssl rand -base64 32) 生成，同一个交给机构"


def _agency_secret(part: str) -> str:
    try:
        made = base64.b64decode(part.removeprefix("whsec_"), validate=True)
    except ValueError:
        made = b""
    if not part.startswith("whsec_") or not made:
        return "不是 whsec_ 加 Base64"
    if len(made) < LEAST_BYTES:
        return f"太短：要 {LEAST_BYTES} 字节以上，现在是 {len(made)} 字节"
    return "是全零、重复或有规律的，一猜就中" if predictable(made) else ""


def long_text(value: str) -> Problems:
    """SECRET_KEY, which may be any text."""
    if len(value) < LEAST_LETTERS:
        yield f"太短：要 {LEAST_LETTERS} 个字符以上，现在是 {len(value)} 个。用 openssl rand -hex 32 生成"
    elif len(set(value)) < 10 or value.startswith("django-insecure-"):
        yield "一猜就中。用 openssl rand -hex 32 生成"


def database(value: str) -> Problems:
    """The role of web and worker at a server of its own."""
    try:
        url = urlsplit(value)
        password = unquote(url.password or "")
    except ValueError:
        yield "不是数据库的地址，应当像 postgresql://portal:密码@127.0.0.1:5432/portal"
        return
    if url.scheme not in ("postgres", "postgresql", "pgsql") or not url.path.strip("/"):
        yield "不是数据库的地址，应当像 postgresql://portal:密码@127.0.0.1:5432/portal"
    if url.username in ("postgres", "portal_owner"):
        yield f"用的是 {url.username}，它可以删改历史记录。网页和后台用 portal 这个角色"
    # Through a socket of this machine the server asks the system who it is.
    if url.hostname and len(password) < LEAST_PASSWORD:
        yield f"里的密码不到 {LEAST_PASSWORD} 个字符。用 openssl rand -hex 16 生成"


def folder(value: str) -> Problems:
    """Wherever the process is started from, the same one."""
    if not Path(value).is_absolute():
        yield "要写从 / 开始的完整路径"


def service(nothing_real: str) -> Callable[[str], Problems]:
    """Where names, accounts and phones go to; at the mock agencies `nothing_real` happens."""

    def rule(value: str) -> Problems:
        try:
            url = urlsplit(value)
            here, port = url.hostname in ("127.0.0.1", "localhost", "::1"), url.port
        except ValueError:
            yield "不是网址"
            return
        if here and port == 8101:
            yield f"还是默认的模拟机构，{nothing_real}。填对方给的 https 地址"
        elif not url.hostname or url.scheme not in ("http", "https"):
            yield "不是网址，应当以 https:// 开头"
        elif url.scheme == "http" and not here:
            yield "不是 https：姓名、账号、手机号会明文传出去。填对方给的 https 地址"

    return rule


def hosts(value: str) -> Problems:
    """Names one by one: whatever else calls itself the portal is sent away."""
    names = [name.strip() for name in value.split(",")]
    if not all(names):
        yield COMMA
    if any("*" in name or name.strip(".").count(".") == 0 and name.startswith(".") for name in names if name):
        yield "有 * 或者整个顶级域名，等于谁都可以冒充。把域名一个一个写出来"
    if any(name.endswith("example.cn") for name in names):
        yield "还是样例里的 example.cn。填平台自己的域名"
    if any("/" in name or ":" in name.strip("[]") and not name.startswith("[") for name in names):
        yield "只写域名，不带 https:// 和端口"


def networks(value: str) -> Problems:
    """Proxies whose word about an address is believed; the whole world would be everybody's."""
    for one in value.split(","):
        try:
            wide = ip_network(one.strip()).prefixlen == 0
        except ValueError:
            yield f"里的“{one.strip()}”不是地址，也不是网段。写成 127.0.0.1 或 10.0.0.0/24 这样"
            continue
        if wide:
            yield "包含了所有地址，等于谁都可以冒充别人的地址。只写前面那台代理的地址"


def origins(value: str) -> Problems:
    """Where a form may come from beside the portal itself."""
    if not all(part.strip() for part in value.split(",")):
        yield COMMA
    if "*" in value or any(not part.strip().startswith("https://") for part in value.split(",") if part.strip()):
        yield "每一个都要以 https:// 开头，不能有 *"


def on(said: str) -> Callable[[str], Problems]:
    """A switch that must not be off; another word than a yes counts as off."""
    return lambda value: iter(() if value.strip().lower() in YES else (said,))


def off(said: str) -> Callable[[str], Problems]:
    """A switch that must not be on."""
    return lambda value: iter((said,) if value.strip().lower() in YES else ())


def dotted(value: str) -> Problems:
    """The path of a class; whether it is there is asked when the apps are loaded."""
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", value):
        yield "应当是类的路径，像 package.module.ClassName"


def no_screen(value: str) -> Problems:
    """A text message is sent to a phone, never shown."""
    yield from dotted(value)
    if value.endswith(".ScreenSms"):
        yield "把验证码显示在页面上，只能用于演示。填发短信的类"


def one_of(*words: str) -> Callable[[str], Problems]:
    """One of these words, as it stands."""
    return lambda value: iter(() if value in words else (f"只能是 {'、'.join(words)}",))


def number(*, least: int, most: int | None = None, whole: bool = True) -> Callable[[str], Problems]:
    """A number from `least` on."""
    words = f"{'整数' if whole else '数字'}，{f'{least} 到 {most}' if most else f'不小于 {least}'}"

    def rule(value: str) -> Problems:
        try:
            given = Decimal(value.strip())
            fits = given.is_finite() and given >= least and (most is None or given <= most)
            fits = fits and (not whole or given == int(given) and value.strip().lstrip("+").isdecimal())
        except (InvalidOperation, OverflowError):
            fits = False
        if not fits:
            yield f"应当是{words}"

    return rule

"""What only the loaded apps and the database can say of an installation that is for real."""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from foundation import crypto
from refunds_portal.production import closing, resealing

# The oldest that every migration was tried on.
OLDEST_SERVER = 15
GATEWAYS = {"SMS_GATEWAY": "send", "REAL_NAME_GATEWAY": "identify"}
# Tables whose rows of the past the role of web and worker could empty in one stroke, past all triggers.
MAY_EMPTY = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'TRUNCATE')"""


def gateways() -> Iterator[str]:
    """Classes that are named and are not there, or cannot do what they are for."""
    for name, verb in GATEWAYS.items():
        path = getattr(settings, name)
        try:
            gateway = import_string(path)
            if isinstance(gateway, type) and callable(getattr(gateway, verb, None)):
                gateway()
            else:
                yield f"{name} 写的 {path} 没有 {verb}()，不是这里要的类。"
        except ImportError:
            yield f"{name} 写的 {path} 不存在。查一下拼写，或者装上它所在的包。"
        except (ImproperlyConfigured, TypeError) as error:
            yield f"{name} 写的 {path} 不能用：{error}"


def notices() -> Iterator[str]:
    """What may be so, and should be known."""
    if settings.SMS_GATEWAY == "accounts.gateways.NoSms":
        yield "SMS_GATEWAY 没有填写：发不了验证码，没有人能注册，也没有人能用手机找回密码。"


def database() -> Iterator[str]:
    """The server, the rights of the role, and whether these keys are those of what is stored."""
    try:
        yield from _server()
        yield from _keys()
    except (DatabaseError, TimeoutError) as error:
        yield f"数据库连不上，或者问不了：{str(error).strip().splitlines()[0]}。"


def _server() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding(), pg_is_in_recovery()"
        )
        version, encoding, recovering = cursor.fetchone()
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (boss,) = cursor.fetchone()
        cursor.execute(MAY_EMPTY)
        (emptied,) = cursor.fetchone()
    if version < OLDEST_SERVER:
        yield f"数据库是 PostgreSQL {version}，至少要 {OLDEST_SERVER}。"
    if encoding != "UTF8":
        yield f"数据库的编码是 {encoding}，要用 UTF8 重新建库，见 deploy/roles.sql。"
    if recovering:
        yield "数据库是只读的备库。DATABASE_URL 改为主库的地址。"
    if boss:
        yield "DATABASE_URL 的角色是超级用户，历史记录拦不住它。改用 deploy/roles.sql 建的 portal。"
    elif emptied:
        yield f"DATABASE_URL 的角色可以清空 {emptied} 张表，历史记录拦不住它。改用 deploy/roles.sql 建的 portal。"
    elif written := closing.changeable():
        yield f"DATABASE_URL 的角色可以改写 {len(written)} 张历史表。重新运行 portal-migrate，它会收回这些权限。"


def _keys() -> Iterator[str]:
    """No value is under a key that is gone, and the last value of each sealed column is opened."""
    tables = set(connection.introspection.table_names())
    for column in resealing.columns():
        model, name = column.model, column.field.attname
        if model._meta.db_table in tables:
            rows = model._default_manager.filter(**{f"{name}__isnull": False}).only("pk", name)
            row = rows.order_by("pk").last()
            if row and (column.lost() or not _opens(getattr(row, name))):
                yield f"{column} 里有的用 FIELD_KEYS 里的密钥打不开。把存这些数据时的密钥找回来，写进 FIELD_KEYS。"


def _opens(value: crypto.Sealed) -> bool:
    try:
        value.reveal("to see whether the key fits; it goes nowhere")
    except (InvalidTag, KeyError):
        return False
    return True

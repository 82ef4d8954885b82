"""Before `migrate` touches a database: whether this version knows it. Before the portal opens: whether it can send SMS."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.checks import Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader


def known_database(databases=None, **kwargs) -> list[Error]:
    """A database that another version made is left alone, with a sentence instead of a traceback halfway."""
    rooms = {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    return [problem for alias in databases or () for problem in _strangers(connections[alias], rooms)]


def _strangers(connection, rooms):
    loader = MigrationLoader(connection)
    strangers = sorted(set(loader.applied_migrations) - set(loader.disk_migrations))
    named = [f"{label}.{name}" for label, name in strangers if label in rooms]
    if named:
        yield Error(
            f"这个数据库是另一个版本建的，这里不认识它的 {named[0]}{f' 等 {len(named)} 项' if len(named) > 1 else ''}。",
            hint=f"演示数据：删除 {settings.PORTAL_DATA} 再运行一次。正式数据：请换回建库的版本，不要继续。",
            id="refunds_portal.E001",
        )


def sms_is_meant(app_configs=None, **kwargs) -> list[Error]:
    """Without a gateway nobody can register and nobody is told by SMS: a portal for real has one, or says that it has none."""
    if settings.SMS_GATEWAY_URL or not settings.SMS_GATEWAY.endswith(".HttpSms"):
        return []
    return [
        Error(
            "没有配置短信网关：注册收不到验证码，退费有变化时不发短信。",
            hint="请设置 SMS_GATEWAY_URL 和 SMS_GATEWAY_SECRETS；确实没有短信服务的，设置 SMS_GATEWAY=accounts.gateways.NoSms。",
            id="refunds_portal.E002",
        )
    ]

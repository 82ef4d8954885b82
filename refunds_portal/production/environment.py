"""What is wrong with the environment of an installation that is for real, all of it at once and each in a sentence.

The settings stop at the first variable that is wrong; this reads no settings, so that whoever fills in portal.env sees the whole list.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from refunds_portal.production import values

Problems = Iterator[str]

SECRETS = (
    "SECRET_KEY",
    "FIELD_KEYS",
    "INDEX_KEY",
    "RECEIPT_KEY",
    "AGENCY_HRSS_SECRETS",
    "AGENCY_MEDICAL_SECRETS",
    "SMS_GATEWAY_SECRETS",
)
# What has no default that would do.
NEEDED = (
    "DATABASE_URL",
    "PORTAL_DATA",
    *SECRETS,
    "AGENCY_HRSS_URL",
    "AGENCY_MEDICAL_URL",
    "SMS_GATEWAY_URL",
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
)
# What only the gateway that comes with the portal asks for, and its name.
OF_HTTP_SMS, HTTP_SMS = ("SMS_GATEWAY_URL", "SMS_GATEWAY_SECRETS"), "accounts.gateways.HttpSms"
RULES: dict[str, Callable[[str], Problems]] = {
    "DATABASE_URL": values.database,
    "PORTAL_DATA": values.folder,
    "BACKUP_FOLDER": values.folder,
    "SECRET_KEY": values.long_text,
    "FIELD_KEYS": values.field_keys,
    "INDEX_KEY": values.key,
    "RECEIPT_KEY": values.key,
    "AGENCY_HRSS_URL": values.service("退费不会真的办"),
    "AGENCY_MEDICAL_URL": values.service("退费不会真的办"),
    "SMS_GATEWAY_URL": values.service("短信不会真的发"),
    "SMS_GATEWAY_SECRETS": values.agency_secrets,
    "AGENCY_HRSS_SECRETS": values.agency_secrets,
    "AGENCY_MEDICAL_SECRETS": values.agency_secrets,
    "ALLOWED_HOSTS": values.hosts,
    "CSRF_TRUSTED_ORIGINS": values.origins,
    "TRUSTED_PROXIES": values.networks,
    "BEHIND_PROXY": values.on("没有打开：每一页都会转到自己，谁都打不开。前面有 nginx 时写 1"),
    "PORTAL_HTTPS": values.on("关着：密码和身份证号码会明文传输。删去这一行"),
    "STAFF_SECOND_FACTOR": values.on("关着：税务人员和村组经办人只凭密码登录。删去这一行"),
    "PORTAL_DEMO": values.off("开着：这是演示，验证码显示在页面上。删去这一行"),
    "PORTAL_DEBUG": values.off("开着：出错时页面会显示程序内部的数据。删去这一行"),
    "SMS_GATEWAY": values.no_screen,
    "REAL_NAME_GATEWAY": values.dotted,
    "PORTAL_LOG_LEVEL": values.one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    "COUNTERSIGN_LIMIT": values.number(least=0, whole=False),
    "AGENCY_TIMEOUT_SECONDS": values.number(least=1, whole=False),
    # Below the heartbeats of a worker a job that is still running would be done twice.
    "WORKER_STALLED_SECONDS": values.number(least=30),
    # Four threads of a web worker, and what a job opens beside its own.
    "PORTAL_POOL_SIZE": values.number(least=5),
    "DECISION_GRACE_SECONDS": values.number(least=0),
    "MEDICAL_YEAR_TURNS_IN_MONTH": values.number(least=1, most=12),
    "STAFF_PASSWORD_DAYS": values.number(least=1, most=90),
    **{
        name: values.number(least=1)
        for name in (
            "EXPORT_ROWS",
            "AGENCY_DOWN_SECONDS",
            "SIGN_IN_TRIES_PER_ACCOUNT",
            "SIGN_IN_ACCOUNTS_PER_ADDRESS",
            "HANDOFF_OVERDUE_SECONDS",
            "AGENCY_SILENT_DAYS",
            "AGENCY_HRSS_WORKING_DAYS",
            "AGENCY_MEDICAL_WORKING_DAYS",
            "BANK_WORKING_DAYS",
            "QUESTION_WORKING_DAYS",
            "PARAMETERS_SECONDS",
            "REFERENCE_WORKING_DAYS",
            "TAKEN_SECONDS",
            "LOOKUPS_PER_HOUR",
            "LOOKUPS_BY_END_PER_HOUR",
            "LOOKUPS_BY_LIST_PER_HOUR",
            "MEDICAL_FIRST_YEAR",
        )
    },
}


def problems(env: Mapping[str, str]) -> list[str]:
    """One sentence for each thing that must not be so; nothing of a secret is in it."""
    return [*_wrong(env), *_used_twice(env), *_misspelt(env)]


def refuse(env: Mapping[str, str] = os.environ) -> None:
    """End the process with all of them, if there are any."""
    found = problems(env)
    if found:
        sys.exit("\n".join([*found, f"共 {len(found)} 处，改好 portal.env 之后再检查一次。"]))


def _wrong(env: Mapping[str, str]) -> Problems:
    for name, rule in RULES.items():
        value = env.get(name, "")
        if not value.strip():
            if name in NEEDED and (name not in OF_HTTP_SMS or env.get("SMS_GATEWAY", "") in ("", HTTP_SMS)):
                yield f"{name} 没有填写。填什么，见 deploy/portal.env.example 里它的那一行。"
        elif "<" in value and ">" in value:
            yield f"{name} 还是样例里的“<…>”。填什么，见 deploy/portal.env.example 里它的那一行。"
        else:
            yield from (f"{name} {said}。" for said in rule(value))


def _used_twice(env: Mapping[str, str]) -> Problems:
    """A key that does two things gives both away when one is lost."""
    parts = [(name, values.bare(part)) for name in SECRETS for part in env.get(name, "").split(",") if part.strip()]
    times = Counter(part for _name, part in parts)
    for part in (part for part, n in times.items() if n > 1 and "<" not in part):
        names = "、".join(sorted({name for name, one in parts if one == part}))
        yield f"{names} 里有相同的密钥。每一个都单独生成。"


def _misspelt(env: Mapping[str, str]) -> Problems:
    """A name that nobody reads leaves its default in force without a word."""
    for name in sorted(set(env) - set(RULES)):
        if meant := get_close_matches(name, RULES, n=1, cutoff=0.88):
            yield f"{name} 没有人读，是不是 {meant[0]}？改正名字，或者删去这一行。"

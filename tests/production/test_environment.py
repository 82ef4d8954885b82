"""check_production: what is weak, missing or for the demo is refused with a sentence that names its variable."""

import base64
import os
import re
import subprocess
import sys

import pytest

from refunds_portal.production import environment, running
from tests.deploy.production import settings_of
from tests.house.source import ROOT


def agency_secret(size=32):
    return "whsec_" + base64.b64encode(os.urandom(size)).decode()


def hexed(size=32):
    return os.urandom(size).hex()


def good():
    return settings_of("portal.env.example") | {
        "DATABASE_URL": f"postgresql://portal:{hexed(16)}@127.0.0.1:5432/portal",
        "SECRET_KEY": hexed(),
        "FIELD_KEYS": f"1:{hexed(16)}",
        "INDEX_KEY": hexed(),
        "RECEIPT_KEY": hexed(),
        "AGENCY_HRSS_URL": "https://portal/refunds",
        "AGENCY_MEDICAL_URL": "https://portal/refunds",
        "AGENCY_HRSS_SECRETS": agency_secret(),
        "AGENCY_MEDICAL_SECRETS": agency_secret(),
        "ALLOWED_HOSTS": "tuifei.example,127.0.0.1",
        "SMS_GATEWAY_URL": "https://portal/sms",
        "SMS_GATEWAY_SECRETS": agency_secret(),
    }


SAME = hexed()
BAD = [
    ({"SECRET_KEY": "short"}, "SECRET_KEY", "太短"),
    ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY", "一猜就中"),
    ({"INDEX_KEY": hexed(16)}, "INDEX_KEY", "长度不对"),
    ({"INDEX_KEY": "00" * 32}, "INDEX_KEY", "全零"),
    ({"INDEX_KEY": bytes(range(32)).hex()}, "INDEX_KEY", "有规律"),
    ({"RECEIPT_KEY": "deadbeef" * 8}, "RECEIPT_KEY", "重复"),
    ({"RECEIPT_KEY": "密钥"}, "RECEIPT_KEY", "不是 64 位十六进制数"),
    ({"INDEX_KEY": SAME, "RECEIPT_KEY": SAME}, "INDEX_KEY、RECEIPT_KEY", "相同的密钥"),
    ({"FIELD_KEYS": f"1:{'0' * 32}"}, "FIELD_KEYS", "全零"),
    ({"FIELD_KEYS": f"1:{hexed(16)},"}, "FIELD_KEYS", "逗号"),
    ({"FIELD_KEYS": f"1:{hexed(16)},1:{hexed(16)}"}, "FIELD_KEYS", "相同的版本号"),
    ({"FIELD_KEYS": hexed(16)}, "FIELD_KEYS", "1:密钥"),
    ({"FIELD_KEYS": f"256:{hexed(16)}"}, "FIELD_KEYS", "1 到 255"),
    ({"AGENCY_HRSS_SECRETS": agency_secret(23)}, "AGENCY_HRSS_SECRETS", "现在是 23 字节"),
    ({"AGENCY_HRSS_SECRETS": agency_secret() + ","}, "AGENCY_HRSS_SECRETS", "逗号"),
    ({"AGENCY_HRSS_SECRETS": "secret"}, "AGENCY_HRSS_SECRETS", "whsec_"),
    ({"AGENCY_MEDICAL_URL": "http://127.0.0.1:8101/medical"}, "AGENCY_MEDICAL_URL", "默认的模拟机构"),
    ({"AGENCY_MEDICAL_URL": ""}, "AGENCY_MEDICAL_URL", "没有填写"),
    ({"AGENCY_MEDICAL_URL": "http://portal/"}, "AGENCY_MEDICAL_URL", "不是 https"),
    ({"AGENCY_MEDICAL_URL": "https://portal:port/"}, "AGENCY_MEDICAL_URL", "不是网址"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS", "有 *"),
    ({"ALLOWED_HOSTS": ".cn"}, "ALLOWED_HOSTS", "顶级域名"),
    ({"ALLOWED_HOSTS": "portal.example.cn"}, "ALLOWED_HOSTS", "样例"),
    ({"ALLOWED_HOSTS": "https://portal"}, "ALLOWED_HOSTS", "只写域名"),
    ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES", "所有地址"),
    ({"TRUSTED_PROXIES": "proxy"}, "TRUSTED_PROXIES", "不是地址"),
    ({"BEHIND_PROXY": "0"}, "BEHIND_PROXY", "没有打开"),
    ({"PORTAL_HTTPS": "0"}, "PORTAL_HTTPS", "关着"),
    ({"STAFF_SECOND_FACTOR": "ture"}, "STAFF_SECOND_FACTOR", "关着"),
    ({"PORTAL_DEMO": "1"}, "PORTAL_DEMO", "演示"),
    ({"PORTAL_DEBUG": "1"}, "PORTAL_DEBUG", "开着"),
    ({"SMS_GATEWAY": "accounts.gateways.ScreenSms"}, "SMS_GATEWAY", "演示"),
    ({"DATABASE_URL": "postgresql://portal_owner:long-enough-word@db/portal"}, "DATABASE_URL", "历史记录"),
    ({"DATABASE_URL": "postgresql://portal:short@db/portal"}, "DATABASE_URL", "12 个字符"),
    ({"DATABASE_URL": "mysql://portal:long-enough-word@db/portal"}, "DATABASE_URL", "不是数据库"),
    ({"DATABASE_URL": "postgresql://[portal"}, "DATABASE_URL", "不是数据库"),
    ({"WORKER_STALLED_SECONDS": "3"}, "WORKER_STALLED_SECONDS", "不小于 30"),
    ({"COUNTERSIGN_LIMIT": "一万"}, "COUNTERSIGN_LIMIT", "数字"),
    ({"TAKEN_SECONDS": "1e400"}, "TAKEN_SECONDS", "整数"),
    ({"MEDICAL_YEAR_TURNS_IN_MONTH": "13"}, "MEDICAL_YEAR_TURNS_IN_MONTH", "1 到 12"),
    ({"SMS_GATWAY": "accounts.gateways.NoSms"}, "SMS_GATWAY", "是不是 SMS_GATEWAY"),
    ({"SMS_GATEWAY_URL": "http://127.0.0.1:8101/sms"}, "SMS_GATEWAY_URL", "短信不会真的发"),
    ({"SMS_GATEWAY_URL": ""}, "SMS_GATEWAY_URL", "没有填写"),
    ({"PORTAL_DATA": "data"}, "PORTAL_DATA", "完整路径"),
    ({"CSRF_TRUSTED_ORIGINS": "http://portal"}, "CSRF_TRUSTED_ORIGINS", "https://"),
    ({"PORTAL_LOG_LEVEL": "LOUD"}, "PORTAL_LOG_LEVEL", "只能是"),
]


def test_an_environment_that_is_filled_in_well_has_no_problem():
    assert environment.problems(good()) == []
    two = good()
    two |= {"FIELD_KEYS": f"1:{hexed(16)},2:{hexed(16)}", "AGENCY_HRSS_SECRETS": f"{agency_secret()},{agency_secret()}"}
    assert environment.problems(two) == []
    without = {"SMS_GATEWAY": "accounts.gateways.NoSms", "SMS_GATEWAY_URL": "", "SMS_GATEWAY_SECRETS": ""}
    assert environment.problems(two | without) == []  # where there is none, that is said


def test_each_weak_or_wrong_value_is_one_sentence_that_names_its_variable():
    for values, name, words in BAD:
        (said,) = environment.problems(good() | values)
        assert said.startswith(name), said
        assert words in said, (words, said)
        assert said.endswith("。"), said


def test_no_sentence_tells_a_secret():
    for values, _name, _words in BAD:
        said = "".join(environment.problems(good() | values))
        given = [value for name, value in values.items() if name in environment.SECRETS and len(value) > 8]
        assert not any(part in said for value in given for part in re.split("[,:]", value) if len(part) > 8)


def test_the_example_itself_is_refused_line_by_line():
    named = {said.split()[0] for said in environment.problems(settings_of("portal.env.example"))}
    assert set(environment.SECRETS) < named


def test_every_variable_of_the_environment_file_is_looked_at():
    listed = re.findall(r"^#?([A-Z_]+)='", (ROOT / "deploy" / "portal.env.example").read_text(), re.MULTILINE)
    assert set(environment.RULES) == set(listed) | {"PORTAL_DEMO", "PORTAL_DEBUG"}


def test_the_command_names_all_that_is_missing_at_once_and_leaves_with_one():
    done = subprocess.run(
        [sys.executable, "manage.py", "check_production"], cwd=ROOT, capture_output=True, text=True, env={}, check=False
    )
    assert done.returncode == 1
    assert [name for name in environment.NEEDED if f"{name} 没有填写" not in done.stderr] == []
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("path", "words"),
    [("accounts.gateways.Nowhere", "不存在"), ("nowhere.Sms", "不存在"), ("foundation.masks.whole", "没有 send()")],
)
def test_a_gateway_that_is_not_there_is_refused(settings, path, words):
    settings.SMS_GATEWAY = path
    settings.REAL_NAME_GATEWAY = "accounts.gateways.FeedRealName"
    (said,) = running.gateways()
    assert said.startswith("SMS_GATEWAY")
    assert words in said

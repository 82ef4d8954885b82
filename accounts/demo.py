"""The demo's sign-ins, as the login page shows them behind each door (design.md section 8)."""

from datetime import date

from django.conf import settings

from accounts.models import Door
from foundation.numbers import check_character

PASSWORD = "Tuifei@2026"  # noqa: S105 - of fictional people, and written in the README

# Known from the feeds but not registered yet: the visitor of the demo can be the one who registers.
NEWCOMER = ("张国平", "420984", date(1948, 2, 9), "13900000002")

LOGINS = {
    Door.NATURAL: [
        ("liuxiulan", "刘秀兰，汉川市：三笔养老缴费，两笔医保缴费，还没有报告过账户"),
        ("zhanghaoran", "张浩然，华容区：两个医保参保登记，已报告过账户"),
    ],
    Door.VILLAGE: [
        ("huangtan", "黄潭村村民委员会经办人：310 人的村集体补助、42 人的特殊人群代缴"),
        ("wanfu", "万福社区居民委员会经办人：10,000 人的村集体补助"),
    ],
    Door.TAX: [
        ("shenhe1", "汉川市税务局审核人，队列里有待审核的申请"),
        ("shenhe2", "汉川市税务局审核人"),
        ("fuhe", "孝感市税务局复核人，一件超过限额"),
        ("shenji", "湖北省税务局审计员，只看不办"),
        ("guanli", "湖北省税务局系统管理员，管人和数据，不办退费"),
        ("huarong1", "华容区税务局审核人，看不到汉川的申请"),
    ],
}


def logins(door: Door) -> list[tuple[str, str]]:
    """Username and who it is; nothing outside the demo."""
    return LOGINS[door] if settings.DEMO else []


def person_number(division: str, born: date) -> str:
    """A fictional 18-digit number: nobody is ever issued the sequence 000."""
    first = f"{division}{born:%Y%m%d}000"
    return first + check_character(first)


def newcomer() -> list[tuple[str, str]]:
    """What the visitor types to register, as the page shows it; nothing outside the demo."""
    name, division, born, phone = NEWCOMER
    facts = [("姓名", name), ("证件号码", person_number(division, born)), ("手机号", phone)]
    return facts if settings.DEMO else []

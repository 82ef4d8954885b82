"""The two villages of the demo: 黄潭村 with the manual's own example, 万福社区 with 10,000 people (design.md section 8)."""

from datetime import date, timedelta

from accounts.demo import PASSWORD, person_number
from accounts.feeds.organisations import uscc_check_character
from refunds_portal.demo.names import CLERKS, HANCHUAN, HUANGTAN, WANFU, name_of, payment_row

MEMBERS = 310
HARDSHIP = 42
WANFU_MEMBERS = 10_000


def organisations():
    """Rows of load_organisations."""
    for position, (name, social_number, _born_in) in enumerate((HUANGTAN, WANFU)):
        first = f"54420984MF{position:07d}"
        yield name, first + uscc_check_character(first), social_number, "村民委员会", "420984", HANCHUAN


def staff():
    """The two clerks, as rows of load_staff."""
    for position, (username, name, (_village, social_number, _born_in), born) in enumerate(CLERKS):
        number = person_number("420984", born)
        yield username, name, number, f"1380000001{position}", "村组经办人", social_number, "", PASSWORD


def payments():
    """310 × 200元 村集体补助 of 2022-01, 42 × 100元 特殊人群代缴 of 2023-03, and 10,000 × 200元 of 2022-01."""
    yield from _collective(HUANGTAN, MEMBERS, "村集体补助", 2022, 1, "200.00")
    yield from _collective(HUANGTAN, HARDSHIP, "特殊人群代缴", 2023, 3, "100.00")
    yield from _collective(WANFU, WANFU_MEMBERS, "村集体补助", 2022, 1, "200.00")


def _collective(village, people, payment_type, year, month, amount):
    _name, social_number, born_in = village
    for n in range(people):
        born = date(1940, 1, 1) + timedelta(days=n)
        person = (name_of(n), born_in, born, "")
        # Mostly arrived: a unit may refund these two types arrived or not (I-15).
        arrival = "未到账" if n % 50 == 3 else "已到账"
        yield payment_row(
            person,
            year,
            amount,
            date(year, 1, 1),
            date(year, 12, 31),
            "电子税务局",
            arrival,
            ticket=f"{social_number}{year}{month:02d}{n:06d}",
            office=HANCHUAN,
            personal_number=f"420984{n:07d}",
            payment_type=payment_type,
            month=month,
            organisation=social_number,
        )

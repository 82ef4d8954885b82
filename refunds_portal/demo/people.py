"""Whom all feeds of the demo tell of: the offices, 刘秀兰, ordinary names, and what a payment of pension looks like."""

from datetime import date

from accounts.demo import person_number

HANCHUAN, HUARONG, XIAOGAN = "14209840000", "14207030000", "14209000000"

LIU = ("刘秀兰", "420984", date(1955, 6, 18), "13900000001")

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ["建国", "秀英", "桂兰", "志强", "玉珍", "国华", "春梅", "德明", "凤英", "文斌", "小红", "永福"]


def name_of(position: int) -> str:
    """An ordinary name."""
    return SURNAMES[position % len(SURNAMES)] + GIVEN[position * 7 % len(GIVEN)]


def payment_row(
    person, year, amount, start, end, channel, arrival, ticket, office, personal_number,
    payment_type="个人缴费", month=9, organisation="",
):  # fmt: skip
    """One row of load_payments. `person` is (name, division of the number, born, phone)."""
    name, division, born, phone = person
    return (
        name, "居民身份证", person_number(division, born), phone, personal_number, payment_type, year, month, amount,
        start, end, date(year, month, 6), channel, arrival, organisation, ticket, office,
    )  # fmt: skip

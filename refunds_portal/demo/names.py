"""Who lives in the demo, where, and how a payment of theirs is written. Fictional: person numbers carry the unissued 000."""

from datetime import date

from accounts.demo import person_number

HANCHUAN, HUARONG, XIAOGAN = "14209840000", "14207030000", "14209000000"

LIU = ("刘秀兰", "420984", date(1955, 6, 18), "13900000001")
ZHANG = ("张浩然", "420703", date(1992, 4, 15), "13900000003")

STAFF = [
    ("shenhe1", "陈立新", "审核人", HANCHUAN, date(1985, 3, 12)),
    ("shenhe2", "周敏", "审核人", HANCHUAN, date(1990, 7, 25)),
    ("fuhe", "吴国强", "复核人", XIAOGAN, date(1978, 11, 3)),
    ("shenji", "郑文", "审计员", "14200000000", date(1982, 1, 30)),
    ("huarong1", "胡建平", "审核人", HUARONG, date(1987, 9, 8)),
]

# Name, social number, where its people were born (so that no two villages share a number).
HUANGTAN = ("黄潭村村民委员会", "42098413006", "420922")
WANFU = ("万福社区居民委员会", "42098420001", "420923")
CLERKS = [("huangtan", "王会计", HUANGTAN, date(1980, 5, 6)), ("wanfu", "李会计", WANFU, date(1983, 8, 19))]

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ["建国", "秀英", "桂兰", "志强", "玉珍", "国华", "春梅", "德明", "凤英", "文斌", "小红", "永福"]
# Long and rare names, because real registers have them.
SPECIAL = ["买买提·阿不都热合曼·吐尔逊", "欧阳𬸚", "司马㛃"]

PAYMENT_COLUMNS = (
    "缴费人姓名 证件类型 证件号码 手机号 个人编号 缴费类型 缴费年度 缴费月份 缴费金额 税款所属期起 税款所属期止 "
    "缴费日期 缴费渠道 到账状态 村组社保号 票证号码 税务机关代码"
)


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

"""Every way a pension payment can be wrong, with the column and a part of the sentence that must explain it."""

from datetime import date, timedelta

from tests.feeds import data

# Loaded before the big file, so that there is something to contradict.
REGISTERED = 900_000
# Of these, the person of payment(n) is used under another name or with another phone.
KNOWN_PERSON = REGISTERED + 1

TOMORROW = (date.today() + timedelta(days=2)).isoformat()

# (column, part of the reason, changed cells). A value of `{…}` is filled by `spoil`.
CELLS = [
    ("缴费人姓名", "缴费人姓名不能为空", {"缴费人姓名": " "}),
    ("缴费人姓名", "最多 80 个字，现在有 81 个", {"缴费人姓名": "赵" * 81}),
    ("缴费人姓名", "登记的姓名与本行不同", {"缴费人姓名": "别的人", "证件号码": data.resident_number(KNOWN_PERSON)}),
    ("缴费人姓名", "姓名却不同", {"缴费人姓名": "另一个", "证件号码": "{number before}"}),
    ("证件类型", "证件类型应为：201 居民身份证、", {"证件类型": "身分证"}),
    ("证件号码", "证件号码不能为空", {"证件号码": ""}),
    ("证件号码", "现在少 1 位", {"证件号码": "{short number}"}),
    ("证件号码", "最后一位与前面的数字对不上", {"证件号码": "{wrong check}"}),
    ("证件号码", "前两位不是省级行政区划代码", {"证件号码": "99098419500101000X"}),
    ("证件号码", "不是一个真实的出生日期", {"证件号码": "42098419500230000X"}),
    ("证件号码", "被 Excel 变成了科学计数", {"证件号码": "4.20984E+17"}),
    ("证件号码", "5 到 30 位数字或字母", {"证件类型": "外国护照", "证件号码": "A_1"}),
    ("手机号", "手机号应为 11 位数字", {"手机号": "1990000"}),
    ("个人编号", "个人编号应为 1 到 30 位数字或字母", {"个人编号": "第一号"}),
    ("缴费类型", "缴费类型应为：个人缴费、村集体补助、特殊人群代缴", {"缴费类型": "单位缴费"}),
    ("缴费年度", "缴费年度应为 1990 到", {"缴费年度": "1989"}),
    ("缴费年度", "缴费年度应为 1990 到", {"缴费年度": str(date.today().year + 2)}),
    ("缴费月份", "缴费月份应为 1 到 12 的整数或空", {"缴费月份": "13"}),
    ("缴费金额", "金额应为大于 0 的数，最多两位小数", {"缴费金额": "-200.00"}),
    ("缴费金额", "金额应大于 0", {"缴费金额": "0.00"}),
    ("缴费金额", "最多两位小数", {"缴费金额": "200.005"}),
    ("缴费金额", "金额应小于 10000000000 元", {"缴费金额": "10000000000"}),
    ("缴费金额", "金额应为大于 0 的数", {"缴费金额": "二百元"}),
    ("税款所属期起", "日期应写成 2024-01-31", {"税款所属期起": "01.02.2020"}),
    ("税款所属期止", "日历上没有这一天", {"税款所属期止": "2019-02-29"}),
    ("税款所属期止", "早于税款所属期起", {"税款所属期起": "2020-02-01", "税款所属期止": "2020-01-31"}),
    ("缴费日期", "缴费日期在今天之后", {"缴费日期": TOMORROW}),
    ("缴费渠道", "缴费渠道不能为空", {"缴费渠道": ""}),
    ("到账状态", "到账状态应为：未到账、已到账、异常", {"到账状态": "在途"}),
    ("村组社保号", "村集体补助应有村组社保号", {"缴费类型": "村集体补助"}),
    ("村组社保号", "没有登记", {"缴费类型": "特殊人群代缴", "村组社保号": "42098499999"}),
    ("票证号码", "票证号码不能为空", {"票证号码": ""}),
    ("票证号码", "票证号码应为 1 到 40 位", {"票证号码": "9" * 41}),
    ("票证号码", "票证号码与本文件第 {line before} 行相同", {"票证号码": "{ticket before}"}),
    ("票证号码", "变成了科学计数", {"票证号码": "4.20984E+18"}),
    ("缴费日期", "空日期", {"缴费日期": "1900-01-01"}),
    ("税款所属期起", "空日期", {"税款所属期起": "1900/1/1"}),
    ("税务机关代码", "税务机关代码应为 11 位数字", {"税务机关代码": "1420984"}),
    ("税务机关代码", "税务机关 19999999999 没有登记", {"税务机关代码": "19999999999"}),
    ("缴费年度；缴费金额；手机号", "；金额应大于 0；手机号应为", {"缴费年度": "", "缴费金额": "0", "手机号": "1"}),
]

# (part of the reason, how the bytes of a good row are damaged). The column is 整行.
ROWS = [
    ("这一行有 18 列，应为 17 列", lambda row: row.replace(b"\r\n", b",\r\n")),
    ("这一行有 16 列，应为 17 列", lambda row: row.partition(b",")[2]),
    ("不是 UTF-8 的字节", lambda row: b"\xd5\xd4\xc7\xae" + row),
    ("空字符（NUL）", lambda row: row.replace(b",", b"\0,", 1)),
    ("引号不成对", lambda row: b'"' + row),
    ("引号不成对", lambda row: b'"a" b' + row),
    ("超过 64 KB", lambda row: b"x" * 70_000 + row),
]
KINDS = len(CELLS) + len(ROWS)


def spoil(kind: int, n: int, line: int) -> tuple[bytes, str, str]:
    """The n-th payment, wrong in the given way, to stand in that line; its column, and what its reason must hold."""
    good = data.payment(n)
    if kind >= len(CELLS):
        reason, damage = ROWS[kind - len(CELLS)]
        return damage(data.line(good)), "整行", reason
    before = data.payment(n - 1)
    number = good["证件号码"]
    fills = {
        "{number before}": before["证件号码"],
        "{ticket before}": before["票证号码"],
        "{short number}": number[:-1],
        "{wrong check}": number[:-1] + ("0" if number[-1] != "0" else "1"),
    }
    column, reason, changes = CELLS[kind]
    changes = {cell: fills.get(value, value) for cell, value in changes.items()}
    return data.line({**good, **changes}), column, reason.replace("{line before}", str(line - 1))

"""The feed files of the demo. Deterministic and fictional: person numbers carry the unissued sequence 000."""

import csv
from datetime import date, timedelta
from pathlib import Path

from accounts.administration import deeds
from accounts.demo import NEWCOMER, PASSWORD, person_number
from refunds_portal.demo import medical, villages
from refunds_portal.demo.names import (
    HANCHUAN,
    HUARONG,
    LIU,
    PAYMENT_COLUMNS,
    SPECIAL,
    STAFF,
    XIAOGAN,
    name_of,
    payment_row,
)

OFFICE_COLUMNS = "税务机关代码 税务机关名称 行政区划代码 上级税务机关代码 地址 办公电话 办公时间"
HOURS = "周一至周五 8:30-12:00，14:00-17:30（法定节假日除外）"
OFFICES = [
    ("14200000000", "国家税务总局湖北省税务局", "420000", "", "", "", ""),
    (XIAOGAN, "国家税务总局孝感市税务局", "420900", "14200000000", "", "", ""),
    (HANCHUAN, "国家税务总局汉川市税务局", "420984", XIAOGAN, "汉川市演示大道 1 号", "0712-0000001", HOURS),
    ("14207000000", "国家税务总局鄂州市税务局", "420700", "14200000000", "", "", ""),
    (HUARONG, "国家税务总局华容区税务局", "420703", "14207000000", "华容区演示路 2 号", "0711-0000002 转 2", HOURS),
]


def write(folder: Path) -> None:
    """offices.csv, organisations.csv, staff.csv, pension.csv, villages.csv and medical.csv under `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "offices.csv", OFFICE_COLUMNS, OFFICES)
    organisations = "单位名称 缴费人税号 单位社保号 单位类型 行政区划代码 税务机关代码"
    _write(folder / "organisations.csv", organisations, villages.organisations())
    staff = "用户名 姓名 证件号码 手机号 身份 单位社保号 税务机关代码 初始密码"
    _write(folder / "staff.csv", staff, [*_staff(), *villages.staff()])
    neighbours = [*_neighbours(HANCHUAN, "420984", 46), *_neighbours(HUARONG, "420703", 8)]
    _write(folder / "pension.csv", PAYMENT_COLUMNS, [*_known_people(), *neighbours])
    _write(folder / "villages.csv", PAYMENT_COLUMNS, villages.payments())
    _write(folder / "medical.csv", medical.COLUMNS, medical.payments())


def _write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split())
        writer.writerows(rows)


def _staff():
    for position, (username, name, role, office, born) in enumerate(STAFF):
        number = person_number(office[1:7], born)
        yield username, name, number, f"1380000000{position}", role, "", office, PASSWORD


def administrator():
    """No feed brings one."""
    born = date(1984, 5, 16)
    deeds.create_administrator(
        "guanli", "管立", person_number("420000", born), "13800000009", "14200000000", PASSWORD, must_change=False
    )


def _known_people():
    yield _payment(LIU, 2019, "1000.00", date(2019, 1, 1), date(2019, 12, 31), "楚税通", "未到账", "001", HANCHUAN)
    yield _payment(LIU, 2021, "700.00", date(2017, 10, 31), date(2021, 10, 31), "楚税通", "异常", "002", HANCHUAN)
    yield _payment(LIU, 2022, "300.00", date(2022, 1, 1), date(2022, 12, 31), "电子税务局", "已到账", "003", HANCHUAN)
    yield _payment(NEWCOMER, 2020, "500.00", date(2020, 1, 1), date(2020, 12, 31), "楚税通", "未到账", "004", HANCHUAN)


def _neighbours(office, division, count):
    """One unarrived payment each; the last one of 汉川 is above the countersign limit."""
    for position in range(count):
        name = name_of(position)
        if position >= 6 and position - 6 < len(SPECIAL):
            name = SPECIAL[position - 6]
        person = (name, division, date(1941, 1, 9) + timedelta(days=position * 307), f"137{office[4:8]}{position:04d}")
        year = 2018 + position % 6
        amount = "12000.00" if office == HANCHUAN and position == count - 1 else f"{200 + position % 9 * 100}.00"
        state = "异常" if position % 5 == 0 else "未到账"
        yield _payment(
            person, year, amount, date(year, 1, 1), date(year, 12, 31), "楚税通", state, f"{position + 101}", office
        )


def _payment(person, year, amount, start, end, channel, arrival, ticket, office):
    _name, division, born, _phone = person
    ticket = f"4{office[1:7]}{year}{ticket:0>8}"
    own_number = f"{division}{born:%y%m%d}"
    return payment_row(person, year, amount, start, end, channel, arrival, ticket, office, own_number)

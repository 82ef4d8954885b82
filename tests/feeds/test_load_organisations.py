"""`manage.py load_organisations FILE`."""

import pytest

from accounts.feeds.organisations import OrganisationFeed, uscc_check_character
from accounts.models import Organisation, TaxOffice
from tests.feeds import data
from tests.feeds.conftest import rejected

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(run, tmp_path):
    TaxOffice.objects.create(code=data.OFFICE, name="汉川市税务局", division="420984", path=f"/{data.OFFICE}/")

    def load_rows(*rows):
        return run("load_organisations", data.write(tmp_path / "units.csv", rows, OrganisationFeed.columns))

    return load_rows


def uscc(first_17: str) -> str:
    return first_17 + uscc_check_character(first_17)


def unit(n: int, **changes: str) -> dict[str, str]:
    row = {
        "单位名称": f"第{n}村村民委员会",
        "缴费人税号": uscc(f"54420984MF{n:07d}"),
        "单位社保号": f"420984{n:05d}",
        "单位类型": "村民委员会",
        "行政区划代码": "420984",
        "税务机关代码": data.OFFICE,
    }
    return {**row, **changes}


def reasons(tmp_path) -> list[str]:
    return [row["原因"] for row in data.read(rejected(tmp_path / "units.csv"))]


def test_the_check_character_is_that_of_the_standard():
    # The example of GB 32100-2015 as it is usually printed: a registered company.
    assert uscc_check_character("91350100M000100Y4") == "3"


@pytest.mark.parametrize(
    "number",
    [uscc("N2420984MF1234567"), uscc("54420984MF0000001"), "420984123456789", "42098412345678901234", "40712345"],
)
def test_tax_numbers_of_village_collectives_and_old_ones_are_taken(load, number):
    assert "新增 1" in load(unit(1, 缴费人税号=number))
    assert Organisation.objects.get().tax_number == number


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("54420984MF00000010", "统一社会信用代码，最后一位与前面的字符对不上"),
        ("5442098四MF0000001", "缴费人税号应为 6 到 20 位数字或字母"),
        ("", "缴费人税号不能为空"),
    ],
)
def test_a_wrong_tax_number_is_refused_with_a_reason(load, tmp_path, number, reason):
    assert "拒绝 1" in load(unit(1, 缴费人税号=number))
    assert reason in reasons(tmp_path)[0]


def test_loading_twice_changes_nothing_and_a_new_name_is_an_update(load):
    load(unit(1), unit(2))
    assert "未变 2，拒绝 0" in load(unit(1), unit(2))
    assert "更新 1，未变 1" in load(unit(1), unit(2, 单位名称="万福社区"))
    assert Organisation.objects.get(pk="42098400002").name == "万福社区"


def test_unknown_offices_and_repeated_numbers_are_refused_with_a_reason(load, tmp_path):
    assert "新增 1" in load(
        unit(1), unit(2, 税务机关代码="19999999999"), unit(1, 单位名称="又一个"), unit(3, 单位类型="")
    )
    assert reasons(tmp_path) == [
        "税务机关 19999999999 没有登记。请核对代码，或先用 load_offices 加载它。",
        "单位社保号与本文件第 2 行相同，只取先出现的一行。请核对后删除或改正本行。",
        "单位类型不能为空。",
    ]

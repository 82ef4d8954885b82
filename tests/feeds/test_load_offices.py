"""`manage.py load_offices FILE`."""

import pytest

from accounts.feeds.offices import OfficeFeed
from accounts.models import TaxOffice
from tests.feeds import data
from tests.feeds.conftest import rejected

pytestmark = pytest.mark.django_db

PROVINCE, CITY, COUNTY, TOWN = "14200000000", "14209000000", "14209840000", "14209840100"


@pytest.fixture
def load(run, tmp_path):
    """Load (code, parent[, name]) rows; gives what was printed."""

    def load_rows(*rows):
        path = data.write(tmp_path / "offices.csv", map(office, rows), OfficeFeed.columns)
        return run("load_offices", path)

    return load_rows


def office(row) -> dict[str, str]:
    code, parent, *name = row
    return {
        "税务机关代码": code,
        "税务机关名称": name[0] if name else f"税务局{code}",
        "行政区划代码": "420984",
        "上级税务机关代码": parent,
    }


def paths() -> dict[str, str]:
    return dict(TaxOffice.objects.values_list("code", "path"))


def reasons(tmp_path) -> dict[str, str]:
    return {row["行号"]: row["原因"] for row in data.read(rejected(tmp_path / "offices.csv"))}


TREE = [(COUNTY, CITY), (TOWN, COUNTY), (CITY, PROVINCE), (PROVINCE, "")]


def test_parents_may_stand_after_their_children(load):
    assert "共 4 行，新增 4" in load(*TREE)
    assert paths()[TOWN] == f"/{PROVINCE}/{CITY}/{COUNTY}/{TOWN}/"
    assert paths()[PROVINCE] == f"/{PROVINCE}/"


def test_loading_twice_changes_nothing_and_a_new_name_is_an_update(load):
    load(*TREE)
    assert "新增 0，更新 0，未变 4，拒绝 0" in load(*TREE)
    assert "更新 1，未变 3" in load(*TREE[:3], (PROVINCE, "", "湖北省税务局"))
    assert TaxOffice.objects.get(pk=PROVINCE).name == "湖北省税务局"


def test_an_office_that_moves_takes_those_beneath_it_along(load):
    load(*TREE)
    load((COUNTY, PROVINCE))
    assert paths()[TOWN] == f"/{PROVINCE}/{COUNTY}/{TOWN}/"


def test_a_parent_already_in_the_portal_is_known(load):
    load(*TREE)
    assert "新增 1" in load(("14209840200", COUNTY))
    assert paths()["14209840200"] == f"/{PROVINCE}/{CITY}/{COUNTY}/14209840200/"


def test_an_unknown_parent_is_refused_with_all_that_hang_below_it(load, tmp_path):
    assert "新增 1，更新 0，未变 0，拒绝 2" in load((PROVINCE, ""), (COUNTY, CITY), (TOWN, COUNTY))
    assert reasons(tmp_path)["3"].startswith(f"上级税务机关 {CITY} 没有登记")
    assert reasons(tmp_path)["4"].startswith(f"上级税务机关 {COUNTY} 没有登记")


def test_a_circle_is_refused_and_shown(load, tmp_path):
    assert "新增 1，更新 0，未变 0，拒绝 3" in load((PROVINCE, ""), (CITY, COUNTY), (COUNTY, CITY), (TOWN, TOWN))
    assert f"{CITY} → {COUNTY} → {CITY}" in reasons(tmp_path)["3"]
    assert f"{TOWN} → {TOWN}" in reasons(tmp_path)["5"]


def test_a_circle_with_what_the_portal_has_leaves_the_portal_as_it_was(load, tmp_path):
    load(*TREE)
    before = paths()
    assert "拒绝 1" in load((CITY, TOWN))
    assert "成了一个圈" in reasons(tmp_path)["2"]
    assert paths() == before


def test_wrong_cells_and_repeated_codes_are_refused_with_a_reason(load, tmp_path):
    load((PROVINCE, ""), ("1420", ""), (CITY, "", " "), (COUNTY, "省局"), (PROVINCE, "", "再来一次"))
    assert reasons(tmp_path) == {
        "3": "税务机关代码应为 11 位数字。",
        "4": "税务机关名称不能为空。",
        "5": "上级税务机关代码应为 11 位数字。",
        "6": "税务机关代码与本文件第 2 行相同，只取先出现的一行。请核对后删除或改正本行。",
    }


def test_a_tree_too_deep_for_its_path_is_refused(load, tmp_path):
    chain = [(f"{14200000000 + n}", f"{14200000000 + n - 1}" if n else "") for n in range(18)]
    assert "新增 16，更新 0，未变 0，拒绝 2" in load(*chain)
    assert "层级太深" in reasons(tmp_path)["18"]


def test_addresses_and_phones_come_in_columns_that_a_file_may_leave_out(run, load, tmp_path):
    def more(address, phone, hours="") -> str:
        row = office((PROVINCE, "")) | {"地址": address, "办公电话": phone, "办公时间": hours}
        return run(
            "load_offices", data.write(tmp_path / "places.csv", [row], [*OfficeFeed.columns, *OfficeFeed.optional])
        )

    assert "新增 1" in more("演示路 1 号", "027-0000001 转 2", "周一至周五")
    load((PROVINCE, "", "新名称"))
    kept = TaxOffice.objects.get(pk=PROVINCE)
    assert (kept.name, kept.address, kept.hotline, kept.dialled) == (
        "新名称",
        "演示路 1 号",
        "027-0000001 转 2",
        "0270000001",
    )
    more("演示路 3 号", "打总机")
    assert "办公电话应为数字" in str(data.read(rejected(tmp_path / "places.csv")))
    more("演示路 3 号", "")
    emptied = TaxOffice.objects.get(pk=PROVINCE)
    assert (emptied.address, emptied.hotline, emptied.hours) == ("演示路 3 号", "", "")

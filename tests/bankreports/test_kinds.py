"""账户性质: eight values in the manual's order (M1-08), and the other code tables of the form."""

import pytest

from bankreports.models import Division
from tests.pages import by_id, find_all, text, tree

pytestmark = pytest.mark.django_db
KINDS = (
    "基本存款账户 一般存款账户 预算单位专用存款账户 QFII专用存款账户 临时存款账户 个人银行结算账户 个人储蓄账户 其他"
)


def options(client, field) -> list[str]:
    page = tree(client.get("/bankreports/add/"))
    return [text(node) for node in find_all(by_id(page, f"id_{field}"), lambda tag, attrs: tag == "option")]


def test_the_eight_kinds_stand_in_the_manuals_order(client, cast):
    client.force_login(cast.resident)
    assert options(client, "account_kind") == ["请选择账户性质", *KINDS.split()]


def test_every_bank_of_the_code_table_can_be_chosen(client, cast):
    client.force_login(cast.resident)
    banks = options(client, "bank_class")
    assert len(banks) == 27
    assert {"中国农业银行", "中国邮政储蓄银行", "中国人民银行"} < set(banks)
    assert "中国农业发展银行" not in banks  # a policy bank keeps no accounts of people


def test_every_place_of_the_province_can_be_chosen(client, cast):
    """1 province, 13 cities, 103 counties (domain.md B4); the province itself is no place of a bank."""
    client.force_login(cast.resident)
    assert Division.objects.count() == 117
    places = options(client, "division")
    assert len(places) == 117  # 116 and 请选择行政区划
    assert {"鄂州市", "华容区", "汉川市", "仙桃市", "神农架林区", "沙市区"} < set(places)


def test_a_place_reads_as_in_the_manual(db):
    """湖北省(鄂州市) in the grid (M1-10), 鄂州市 as 开户行所在地 (M1-13)."""
    said = {code: Division.objects.get(code=code) for code in ("420700", "420703", "429004")}
    assert [place.label for place in said.values()] == ["湖北省(鄂州市)", "湖北省(鄂州市华容区)", "湖北省(仙桃市)"]
    assert [place.place for place in said.values()] == ["鄂州市", "鄂州市华容区", "仙桃市"]

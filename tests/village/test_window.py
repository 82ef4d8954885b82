"""退费信息: the window of one payment with its two parts, and what the manual puts into them (P3-07 … P3-10)."""

import pytest

from pension.village import drafts
from tests.medical.reading import facts
from tests.pages import by_id, find_all, text, tree

pytestmark = pytest.mark.django_db
COLUMNS = ["序号", "选择 全选本页", "姓名", "社保号", "证件号码"]


@pytest.fixture
def page(client, village, cast):
    """With two of five chosen, so that both panes have people."""
    drafts.add(village, by=cast.clerk, payments=list(village.payments.values_list("pk", flat=True)[:2]))
    return tree(client.get(f"/pension/village/{village.pk}/"))


def labels(node) -> list[str]:
    return [text(label) for label in find_all(node, lambda tag, attrs: tag == "label" and "for" in attrs)]


def words_of(node, tag) -> list[str]:
    return [text(found) for found in find_all(node, lambda name, _attrs: name == tag)]


# P3-07
def test_it_has_the_two_parts_of_the_manual(client, village):
    link = find_all(
        tree(client.get("/pension/village/")), lambda tag, attrs: attrs.get("href", "").endswith(f"/{village.pk}/")
    )[0]
    assert text(link) == "退费"
    window = tree(client.get(link["attrs"]["href"]))
    assert words_of(window, "h1") == ["退费信息"]
    assert [title for title in words_of(window, "h2") if title.endswith("区")][:2] == ["退费维护区", "申请区"]


# P3-08
def test_five_things_come_from_the_payment_and_six_are_asked(page):
    computed = facts(by_id(page, "computed"))
    assert list(computed)[:5] == ["缴费年度", "缴费月份", "缴费金额", "税款所属期起", "税款所属期止"]
    assert list(computed.values())[:5] == ["2022", "01", "400.00 元", "2022-01-01", "2022-12-31"]
    asked = {"银行账号", "银行账户名称", "账户类型", "联系人名称", "联系人电话", "银行类别"}
    assert asked <= set(labels(page))
    assert "保存" in words_of(page, "button")


# P3-09, P3-10, I-17
@pytest.mark.parametrize(
    ("pane", "buttons"),
    [("left", {"添加": "", "全部添加": ""}), ("right", {"取消退费": "撤销", "全部取消退费": "全部撤销"})],
)
def test_both_panes_have_the_columns_the_search_and_the_buttons_of_the_manual(page, pane, buttons):
    part = by_id(page, pane)
    assert words_of(part, "th") == COLUMNS
    for name in ("number", "name"):
        assert find_all(part, lambda tag, attrs, name=name: attrs.get("name") == f"{pane}_{name}")
    assert "查询" in words_of(part, "button")
    described = {
        text(button): button["attrs"].get("aria-description", "")
        for button in find_all(page, lambda tag, attrs: tag == "button" and attrs.get("name") == "do")
    }
    for label, older in buttons.items():
        assert described[label].split("：")[0] == older

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


def test_once_the_six_fields_are_filled_they_are_one_line_that_opens(client, village, page):
    def folded():
        return find_all(tree(client.get(f"/pension/village/{village.pk}/")), lambda tag, _attrs: tag == "details")

    typed = {"account_number": "6228480402564890018", "account_type": "card", "bank": "103", "contact_name": "王会计"}
    typed["account_name"] = "黄潭村"
    client.post(f"/pension/village/{village.pk}/remember/", typed)
    assert folded() == []
    client.post(f"/pension/village/{village.pk}/remember/", typed | {"contact_phone": "13900000009"})
    line = folded()[0]
    assert "open" not in line["attrs"]
    assert "**** 0018" in text(find_all(line, lambda tag, _attrs: tag == "summary")[0])
    assert "银行账号" in labels(line)
    wrong = client.post(f"/pension/village/{village.pk}/save/", {"account_number": "1"})
    assert find_all(tree(wrong), lambda tag, _attrs: tag == "details") == []


def test_the_sum_stands_beside_saving_and_a_way_back(page):
    bar = find_all(page, lambda _tag, attrs: attrs.get("class") == "sumbar")[0]
    assert "退费 2 人， 400.00 元 实缴 5 人 = 可退 3 + 本次 2 + 已申请 0 + 已退 0" in text(bar)
    assert {"返回", "保存"} <= {*words_of(bar, "a"), *words_of(bar, "button")}

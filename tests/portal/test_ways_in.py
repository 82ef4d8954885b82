"""首页, its six tabs and the ways of the manual from there to the refunds (G-02 … G-05, G-08)."""

import pytest

from refunds import actions, schemes
from tests.medical.reading import links
from tests.pages import by_id, find, find_all, headings, text, tree
from tests.pension.factories import submitted
from tests.reports import report

pytestmark = pytest.mark.django_db
PENSION, MEDICAL = "城乡居民社会保险费退费（养老）", "城乡居民基本医疗保险费退费"


def title(page) -> str:
    return text(find(tree(page), lambda tag, _attrs: tag == "h1"))


def trail(page) -> list[str]:
    """The words of the breadcrumb, in order."""
    crumbs = find(tree(page), lambda tag, attrs: tag == "nav" and "breadcrumb" in attrs.get("class", ""))
    return [text(step) for step in find_all(crumbs, lambda tag, _attrs: tag == "li")]


# G-08
def test_the_six_tabs_stand_in_the_order_of_the_manual(client, cast):
    client.force_login(cast.resident)
    tabs = find(tree(client.get("/")), lambda tag, attrs: attrs.get("aria-label") == "主导航")
    words = [text(tab) for tab in find_all(tabs, lambda tag, _attrs: tag == "li")]
    assert words == ["用户中心", "办税中心", "查询中心", "互动中心", "公众服务", "个性服务"]


# G-08
def test_what_waits_for_a_person_and_what_is_new_stand_under_the_words_of_the_manual(client, cast):
    client.force_login(cast.resident)
    empty = tree(client.get("/"))
    assert "我的待办 共 0 条" in text(by_id(empty, "todo"))
    assert "我的提醒" in text(by_id(empty, "news"))
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["bounced"])
    page = client.get("/")
    assert headings(page) == ["事项名称（共 1 条）", "截止日期", "状态", "操作"]
    assert f"去更正 {refund.number}" in links(page)


def test_signed_out_one_asks_where_an_application_is_on_the_first_page(client, cast):
    refund = submitted(cast.resident, office=cast.county)
    form = find(by_id(tree(client.get("/")), "look"), lambda tag, _attrs: tag == "form")
    asked = {box["attrs"]["name"]: "" for box in find_all(form, lambda tag, _attrs: tag == "input")}
    assert {"number", "tail"} <= set(asked)
    answer = client.post(form["attrs"]["action"], asked | {"number": refund.number, "tail": "0000"})
    assert "申请已收到，正在等待税务审核" in text(by_id(tree(answer), "standing"))


# G-08
def test_the_user_center_has_the_two_sides_of_the_manual(client, cast):
    client.force_login(cast.resident)
    words = text(client.get("/user-center/"))
    assert "用户管理" in words
    assert "电子资料" in words


# G-02
def test_the_way_of_a_phone_ends_at_the_choice_of_the_manual(client, cast):
    client.force_login(cast.resident)
    page = client.get(links(client.get("/"))["申请社保费退费"])
    assert trail(page) == ["首页", "更多功能", "退税", "社保费退费"]
    assert title(page) == "社保费退费"
    choice = links(by_id(tree(page), "choose"))
    assert list(choice.items())[:2] == [
        ("城乡居民养老社保费退费", "/pension/"),
        ("城乡居民医保社保费退费", "/medical/"),
    ]
    assert choice == {scheme.choice: scheme.home_url for scheme in schemes.every()}


# G-03, G-05
@pytest.mark.parametrize(
    ("menu", "heading"), [(PENSION, "社保费退费"), (MEDICAL, "城乡居民医疗社保费(退费) 城乡居民医保可退费信息查询")]
)
def test_the_way_of_a_pc_ends_at_the_page_of_the_manual(client, cast, menu, heading):
    client.force_login(cast.resident)
    service = client.get(links(client.get("/"))["办税中心"])
    assert "税费申报及缴纳 · 其他申报" in text(service)
    page = client.get(links(service)[menu])
    assert title(page) == heading
    assert trail(page) == ["首页", "办税中心", "税费申报及缴纳", "其他申报", menu]


# G-04
def test_the_same_menu_leads_a_clerk_to_the_page_of_the_village(client, cast):
    client.force_login(cast.clerk)
    menus = links(client.get("/tax-service/"))
    assert MEDICAL not in menus
    page = client.get(menus[PENSION])
    assert title(page) == "村组(单位)城乡居民养老退费"
    assert client.get("/pension/", follow=True).redirect_chain == [("/pension/village/", 302)]

"""选择登记信息 (M2-01, M1-01, I-36): which of several enrolments one works on."""

import pytest

from tests.medical.factories import EnrolmentFactory, PaymentFactory
from tests.medical.reading import DIALOG, ENROLMENTS, LIST, buttons, facts, links, rows, ticked, values
from tests.pages import by_id, find, headings, text, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(resident):
    """华容区, with a payment of 380 元."""
    enrolment = EnrolmentFactory(person=resident.person)
    PaymentFactory(enrolment=enrolment, ticket_number="HERE")
    return enrolment


@pytest.fixture
def there(here, resident):
    """武汉, with a payment of the same year and amount."""
    place = {"agency_name": "武汉市医疗保障局(医疗)", "agency_code": "420100"}
    enrolment = EnrolmentFactory(person=resident.person, **place)
    PaymentFactory(enrolment=enrolment, ticket_number="THERE")
    return enrolment


def choose(client, enrolment, **options):
    return client.post(ENROLMENTS, {"enrolment": enrolment.pk}, **options)


def at_2024(client, **more):
    return client.get(LIST, {"year": 2024, **more})


def tickets(page) -> list[str]:
    return [row["票证号码"] for row in rows(page)]


def opener(page) -> dict:
    return find(tree(page), lambda tag, attrs: tag == "a" and attrs.get("href") == ENROLMENTS)["attrs"]


# M2-01, M1-01: 首次会弹出选择登记信息
def test_it_opens_by_itself_on_the_first_entry_and_only_then(client, here, there):
    attrs = opener(client.get(LIST))
    assert (attrs["hx-get"], attrs["hx-target"]) == (ENROLMENTS, "#dialog")
    assert "load" in attrs["hx-trigger"].split(", ")
    choose(client, here)
    assert "hx-trigger" not in opener(client.get(LIST))


# M2-01
def test_with_several_and_none_chosen_nothing_can_be_queried_or_applied_for(client, here, there):
    page = at_2024(client)
    assert tickets(page) == []
    assert not {"申请退费", "查询"} & set(buttons(page))
    assert "您有 2 个参保登记，请先选择" in text(by_id(tree(page), "insured"))


# M2-01
def test_with_one_enrolment_nobody_is_asked(client, here):
    page = at_2024(client)
    assert tickets(page) == ["HERE"]
    assert 'hx-trigger="load' not in page.content.decode()
    assert "选择登记信息" in links(page)  # M2-02: it stands there all the same


# M2-01, I-36
def test_the_dialog_has_the_columns_of_the_manual_in_the_words_of_the_page(client, here, there, resident):
    page = client.get(ENROLMENTS)
    assert headings(page) == ["序号", "选择", "缴费人", "证件号码", "社保经办机构名称", "社保经办机构代码"]
    who = {"缴费人": resident.person.name, "证件号码": str(resident.person.id_number)}
    assert [{name: value for name, value in row.items() if name != "选择"} for row in rows(page)] == [
        {"序号": "1", **who, "社保经办机构名称": "华容区医疗保障局(城乡医疗)", "社保经办机构代码": "420703"},
        {"序号": "2", **who, "社保经办机构名称": "武汉市医疗保障局(医疗)", "社保经办机构代码": "420100"},
    ]


# M2-01 确定, M1-01 确认
def test_each_channel_has_its_button(client, here, there):
    assert "确定" in buttons(client.get(ENROLMENTS), "pc")
    assert "确认" in buttons(client.get(ENROLMENTS), "phone")


# M2-01
def test_one_is_chosen_and_kept_until_another_is(client, here, there):
    assert choose(client, there).url == LIST
    for _ in range(2):
        page = at_2024(client)
        assert facts(page)["社保经办机构名称"] == "武汉市医疗保障局(医疗)"
        assert tickets(page) == ["THERE"]
    assert ticked(client.get(ENROLMENTS), "enrolment") == [str(there.pk)]
    choose(client, here)
    assert tickets(at_2024(client)) == ["HERE"]


# M2-01
def test_in_the_dialog_htmx_is_led_to_the_list(client, here, there):
    fragment = client.get(ENROLMENTS, headers=DIALOG)
    assert b"<html" not in fragment.content
    assert choose(client, there, headers=DIALOG).headers["HX-Redirect"] == LIST


# M2-01
@pytest.mark.parametrize("sent", [None, "", "0", "\0", "x", "１", "9" * 40, "1 OR 1=1"])
def test_nothing_chosen_is_said_and_changes_nothing(client, here, there, sent):
    choose(client, there)
    response = client.post(ENROLMENTS, {} if sent is None else {"enrolment": sent})
    assert response.status_code == 422
    assert "请选择一个参保登记" in text(response)
    assert tickets(at_2024(client)) == ["THERE"]


# M2-01
def test_another_persons_enrolment_cannot_be_chosen_or_seen(client, here, there, cast):
    foreign = EnrolmentFactory(person=cast.stranger.person, agency_name="别处医疗保障局")
    PaymentFactory(enrolment=foreign, ticket_number="FOREIGN")
    assert choose(client, foreign).status_code == 422
    for page in (client.get(ENROLMENTS), at_2024(client), at_2024(client, enrolment=foreign.pk)):
        assert "别处" not in text(page)
        assert "FOREIGN" not in text(page)


# M2-01
def test_the_next_person_at_the_same_computer_chooses_for_herself(client, here, there, cast):
    choose(client, here)
    client.force_login(cast.stranger)
    EnrolmentFactory(person=cast.stranger.person)
    EnrolmentFactory(person=cast.stranger.person)
    assert "请先选择" in text(client.get(LIST))


# M2-01
def test_an_enrolment_that_became_another_persons_is_asked_for_again(client, here, there, cast):
    choose(client, there)
    EnrolmentFactory(person=there.person, agency_code="420984")
    type(there).objects.filter(pk=there.pk).update(person=cast.stranger.person)
    page = at_2024(client)
    assert tickets(page) == []
    assert "请先选择" in text(page)


# M1-01: 带出医保登记信息
def test_without_any_the_dialog_says_so(client, resident):
    page = client.get(ENROLMENTS)
    assert "没有查到您的城乡居民医保参保登记" in text(page)
    assert "确定" not in buttons(page)


# M2-01: two windows
def test_a_window_that_shows_one_enrolment_never_gets_the_payments_of_another(client, here, there):
    choose(client, here)
    window = at_2024(client)
    choose(client, there)  # in a second window
    fragment = at_2024(client, enrolment=values(window, "enrolment"))
    assert tickets(fragment) == ["HERE"]

"""/medical/: 城乡居民医疗社保费(退费), on a phone 城乡居民医保可退费信息查询 (M2-02 … M2-06, M1-02, M1-03)."""

from decimal import Decimal

import pytest

from medical import year
from refunds import actions
from tests.medical.factories import EnrolmentFactory, PaymentFactory, applied
from tests.medical.reading import LIST, buttons, facts, links, options, rows, said, selected, ticked
from tests.pages import by_id, find, headings, swap, text, tree, without_tokens

pytestmark = pytest.mark.django_db
NONSENSE = [
    "\0",
    "99999999999999999999",
    "-1",
    "２０２４",
    "2024.0",
    "2024\n",
    "' OR 1=1",
    "a" * 5000,
    "\ud7ff",
    "2022",
    "0",
]


def at(client, asked=2024, **more):
    return client.get(LIST, {"year": asked, **more})


# G-05, M1-01
@pytest.mark.parametrize(
    ("start", "name"), [("/tax-service/", "城乡居民基本医疗保险费退费"), ("/social-refund/", "城乡居民医保社保费退费")]
)
def test_both_ways_of_the_manual_lead_here(client, resident, start, name):
    assert links(client.get(start))[name] == LIST


# M2-02, M1-02
@pytest.mark.parametrize(("on", "title"), [("pc", "城乡居民医疗社保费(退费)"), ("phone", "城乡居民医保可退费信息查询")])
def test_it_has_the_title_of_the_manual(client, payment, on, title):
    assert said(find(tree(at(client)), lambda tag, attrs: tag == "h1"), on) == title


# M2-02, M1-02, M1-03, M1-04, M1-15
@pytest.mark.parametrize(
    ("on", "labels"),
    [("pc", ["查询", "申请退费", "进度查询"]), ("phone", ["可退费信息查询", "退费", "已退费进度查询"])],
)
def test_it_has_the_buttons_of_the_manual(client, payment, on, labels):
    assert set(labels) <= set(buttons(at(client), on))


# M2-03, M1-02
@pytest.mark.parametrize(
    ("on", "labels"),
    [
        ("pc", ["纳税人识别号", "证件号码", "社保经办机构名称", "社保编码"]),
        ("phone", ["缴费人", "证件号码", "社保经办机构", "社保编码"]),
    ],
)
def test_the_header_says_who_is_insured_where_in_the_manuals_words(client, payment, resident, on, labels):
    found = facts(by_id(tree(at(client)), "insured"), on)
    assert list(found) == labels
    mask = str(resident.person.id_number)
    assert "*" in mask
    first = {"pc": mask, "phone": resident.person.name}[on]
    enrolment = payment.enrolment
    assert list(found.values()) == [first, mask, enrolment.agency_name, enrolment.social_number]


# M2-04, M1-02
@pytest.mark.parametrize(("on", "label"), [("pc", "参保年度"), ("phone", "缴费年度")])
def test_the_current_year_is_chosen_and_the_others_down_to_2023_are_offered(client, payment, on, label):
    page = client.get(LIST)
    assert options(page, "year") == [str(one) for one in range(year.current(), 2022, -1)]
    assert selected(page, "year") == str(year.current())
    assert label in said(by_id(tree(page), "filters"), on)


# M2-06
def test_it_has_the_columns_of_the_manual_in_order(client, payment):
    assert headings(at(client)) == [
        "序号", "选择 全选本页", "票证号码", "征收项目名称", "退费金额（元）", "医疗金额（元）", "长护金额（元）",
        "费款所属期起", "费款所属期止", "缴费发生日期",
    ]  # fmt: skip


# M2-05, M2-06, I-39
def test_without_care_the_refund_is_the_medical_amount(client, enrolment):
    PaymentFactory(enrolment=enrolment, year=2023, medical_amount=Decimal("350.00"), ticket_number="T7")
    assert rows(at(client, 2023)) == [
        {
            "序号": "1",
            "票证号码": "T7",
            "征收项目名称": "城乡居民基本医疗保险费",
            "退费金额（元）": "350.00",
            "医疗金额（元）": "350.00",
            "长护金额（元）": "--",
            "费款所属期起": "2023-01-01",
            "费款所属期止": "2023-12-31",
            "缴费发生日期": "2022-09-06",
        }
    ]


# M2-06: 退费金额 = 医疗金额 + 长护金额
def test_with_care_the_refund_is_the_sum_of_both(client, enrolment):
    PaymentFactory(enrolment=enrolment, with_care=True)
    (row,) = rows(at(client))
    assert [row[f"{name}金额（元）"] for name in ("退费", "医疗", "长护")] == ["395.00", "380.00", "15.00"]


# M2-05, M1-03
def test_the_year_narrows_and_the_newest_payment_stands_first(client, payment, enrolment):
    second = PaymentFactory(enrolment=enrolment)
    PaymentFactory(enrolment=enrolment, year=2025)
    assert [row["票证号码"] for row in rows(at(client))] == [second.ticket_number, payment.ticket_number]


# M2-04
def test_a_payment_before_2023_is_never_listed(client, enrolment):
    PaymentFactory(enrolment=enrolment, year=2022)
    for asked in (2022, 2023, ""):
        assert rows(at(client, asked)) == []
    assert "2022 年度" not in text(client.get(LIST))


# M2-06
def test_another_persons_payment_is_never_shown(client, payment, cast):
    foreign = PaymentFactory(enrolment__person=cast.stranger.person, medical_amount=Decimal("555.00"))
    page = at(client, payment=[foreign.pk, payment.pk])
    assert "555.00" not in text(page)
    assert foreign.ticket_number not in text(page)
    assert ticked(page, "payment") == [str(payment.pk)]


# M2-12, I-42
def test_the_payments_in_the_address_come_ticked(client, payment, enrolment):
    second = PaymentFactory(enrolment=enrolment)
    PaymentFactory(enrolment=enrolment)
    assert ticked(at(client, payment=[payment.pk, second.pk]), "payment") == [str(second.pk), str(payment.pk)]
    assert ticked(at(client), "payment") == []


# M2-05
@pytest.mark.parametrize("name", ["year", "payment", "after", "before", "enrolment", "q"])
def test_nonsense_in_the_address_is_never_an_error(client, payment, name):
    for nonsense in NONSENSE:
        assert client.get(LIST, {name: nonsense}).status_code == 200, (name, nonsense)
        if name == "year":
            assert selected(client.get(LIST, {name: nonsense}), "year") == str(year.current())


# M2-03
def test_without_an_enrolment_it_says_whom_to_ask(client, resident):
    words = text(by_id(tree(client.get(LIST)), "payments"))
    assert "没有查到您的城乡居民医保参保登记" in words
    assert "12366" in words
    assert "申请退费" not in buttons(client.get(LIST))


# M2-05
def test_years_with_payments_are_a_press_away_when_this_year_has_none(client, payment, enrolment):
    PaymentFactory(enrolment=enrolment, year=2023)
    page = client.get(LIST)
    assert f"{year.current()} 年度没有可以退费的缴费记录" in text(page)
    assert [label for label in links(page) if label.endswith("年度")] == ["2024 年度", "2023 年度"]
    assert payment.ticket_number in text(client.get(links(page)["2024 年度"]))


# M2-05
def test_an_enrolment_without_any_payment_says_so(client, enrolment, settings):
    assert "在 2023 年度及以后没有缴费记录" in text(client.get(LIST))
    settings.MEDICAL_FIRST_YEAR = 2025
    assert "在 2025 年度及以后没有缴费记录" in text(client.get(LIST))


# I-06
def test_a_payment_shows_where_its_refund_is_and_nothing_once_that_is_withdrawn(client, resident, payment):
    refund = applied(resident, payment)
    page = at(client)
    assert "医保退费中" in rows(page)[0]["征收项目名称"]
    assert links(page)["查看办理进度"] == f"/refunds/{refund.number}/"
    actions.withdraw(refund.number, by=resident)
    assert rows(at(client))[0]["征收项目名称"] == "城乡居民基本医疗保险费"


# M2-05
def test_it_costs_the_same_queries_for_one_payment_as_for_thirty(client, resident, payment, django_assert_num_queries):
    applied(resident, payment)
    at(client)
    with django_assert_num_queries(6):
        at(client)
    for _ in range(29):
        applied(resident, PaymentFactory(enrolment=payment.enrolment))
    with django_assert_num_queries(6):
        assert len(rows(at(client))) == 30


# M2-05
def test_page_with_fragment_is_the_page_reloaded(client, payment, enrolment):
    PaymentFactory(enrolment=enrolment, year=2025)
    fragment = client.get(LIST, {"year": 2025}, headers={"hx-request": "true", "hx-target": "payments"})
    assert b"<html" not in fragment.content
    swapped = swap(at(client), fragment, "payments")
    reloaded = tree(at(client, 2025))
    assert without_tokens(by_id(swapped, "payments")) == without_tokens(by_id(reloaded, "payments"))


# M2-02
@pytest.mark.parametrize("who", ["clerk", "reviewer", "auditor"])
def test_it_is_the_residents_page_alone(client, payment, cast, who):
    EnrolmentFactory(person=getattr(cast, who).person)
    client.force_login(getattr(cast, who))
    assert client.get(LIST).status_code == 403

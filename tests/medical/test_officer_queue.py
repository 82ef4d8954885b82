"""审核队列 by scheme: 医保 beside 养老, in one queue or each alone (O-01)."""

import pytest

from handoff.models import Delivery
from refunds import actions
from tests.accounts.factories import UserFactory
from tests.medical.factories import submitted
from tests.medical.reading import links, rows
from tests.pages import find, find_all, text, tree
from tests.pension.factories import submitted as pension
from tests.review.answering import answers

pytestmark = pytest.mark.django_db
QUEUE = "/review/"
REJECTION = {"reason": "other", "remark": "请补正"}


@pytest.fixture
def mixed(cast, officer):
    """Waiting in this order: 养老, 医保, 养老, 医保; and one of 医保 elsewhere."""
    submitted(UserFactory(), office=cast.elsewhere)
    return [make(UserFactory(), office=cast.county) for make in (pension, submitted, pension, submitted)]


def numbers(page) -> list[str]:
    return [row["申请单号"] for row in rows(page)]


def tabs(page) -> dict[str, bool]:
    """Words of each tab → whether it is the current one."""
    nav = find(tree(page), lambda tag, attrs: tag == "nav" and attrs.get("aria-label") == "按紧急程度和险种")
    found = find_all(nav, lambda tag, attrs: tag == "a")
    return {text(tab): tab["attrs"].get("aria-current") == "true" for tab in found}


def tab_url(page, label) -> str:
    return next(url for words, url in links(page).items() if words.startswith(label))


def of(refunds) -> list[str]:
    return [refund.number for refund in refunds]


# O-01
def test_the_tab_shows_its_scheme_alone_and_all_schemes_show_everything(client, mixed):
    page = client.get(QUEUE)
    assert numbers(page) == of(mixed)
    assert [row["险种"] for row in rows(client.get(QUEUE, {"scheme": "medical"}))] == ["医疗"] * 2
    assert numbers(client.get(QUEUE, {"scheme": "medical"})) == of(mixed[1::2])
    assert numbers(client.get(QUEUE, {"scheme": "pension"})) == of(mixed[0::2])


# O-01
def test_each_tab_counts_its_own_and_says_which_is_open(client, mixed, cast):
    shown = tabs(client.get(QUEUE))
    (all_label, all_open), *_urgency, pensions, medicals, _injuries = shown.items()
    assert (all_label.split()[0], all_open) == ("全部", True)
    assert [label.rsplit(" ", 1)[1] for label, _open in (pensions, medicals)] == ["2", "2"]
    actions.approve(mixed[1].number, by=cast.colleague)
    opened = tabs(client.get(QUEUE, {"scheme": "medical"}))
    assert opened["医疗 1"] is True
    assert sum(opened.values()) == 1


# O-01
@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_after_a_decision_the_next_case_is_of_the_same_tab(client, mixed, verb):
    client.get(QUEUE, {"scheme": "medical"})
    url = f"/review/{mixed[1].number}/{verb}/"
    following = client.post(url, REJECTION if verb == "reject" else answers(mixed[1]))
    assert following.url == f"/review/{mixed[3].number}/"
    sent = REJECTION if verb == "reject" else answers(mixed[3])
    last = client.post(f"/review/{mixed[3].number}/{verb}/", sent, follow=True)
    assert numbers(last) == []
    assert "队列已经办完" in text(last)
    assert tabs(last)["医疗 0"] is True
    assert numbers(client.get(QUEUE)) == of(mixed[0::2])


# O-01
def test_all_schemes_takes_the_tab_back(client, mixed):
    page = client.get(QUEUE, {"scheme": "medical"})
    client.get(tab_url(page, "全部"))
    assert client.post(f"/review/{mixed[1].number}/approve/", answers(mixed[1])).url == f"/review/{mixed[0].number}/"


# O-01
def test_the_way_back_from_a_case_is_the_tab_one_came_from(client, mixed):
    client.get(QUEUE, {"scheme": "medical"})
    back = links(client.get(f"/review/{mixed[1].number}/"))["返回队列"]
    assert numbers(client.get(back)) == of(mixed[1::2])


# O-01
@pytest.mark.parametrize("nonsense", ["nothing", "\0", "MEDICAL", "medical ", "９", "a" * 400])
def test_a_scheme_that_does_not_exist_is_all_of_them(client, mixed, nonsense):
    assert numbers(client.get(QUEUE, {"scheme": nonsense})) == of(mixed)


# O-01
@pytest.mark.parametrize("by_what", ["number", "person"])
def test_a_case_of_the_medical_insurance_is_found(client, mixed, by_what):
    refund = mixed[3]
    typed = refund.number if by_what == "number" else refund.applicant.id_number.reveal("in a test")
    assert numbers(client.post(f"{QUEUE}?queue=all", {"q": typed}, follow=True)) == [refund.number]


# O-01, O-02
def test_above_the_limit_the_countersigner_has_the_same_tabs(client, cast):
    big = submitted(UserFactory(), office=cast.county, medical_amount="10000.01")
    actions.approve(big.number, by=cast.reviewer)
    client.force_login(cast.countersigner)
    page = client.get(QUEUE, {"scheme": "medical"})
    assert (numbers(page), tabs(page)["医疗 1"]) == ([big.number], True)
    client.post(f"/review/{big.number}/approve/", answers(big))
    assert Delivery.objects.get().agency == "medical"


# O-01
def test_it_costs_the_same_queries_at_any_length(client, officer, cast, django_assert_num_queries):
    submitted(UserFactory(), office=cast.county)
    client.get(QUEUE, {"scheme": "medical"})
    with django_assert_num_queries(4):
        client.get(QUEUE, {"scheme": "medical"})
    for _ in range(12):
        submitted(UserFactory(), office=cast.county)
    with django_assert_num_queries(4):
        assert len(numbers(client.get(QUEUE, {"scheme": "medical"}))) == 13

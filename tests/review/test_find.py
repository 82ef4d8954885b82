"""/review/find/: whoever calls is found from one box, within the officer's area."""

import pytest
from django.db import connection

from accounts.models import Person
from refunds import actions
from review.find import lookups, searching
from review.find.sought import read
from review.models import LookUp
from tests.accounts.factories import OrganisationFactory, PersonFactory, UserFactory
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import PaymentFactory, submitted

pytestmark = pytest.mark.django_db
URL = "/review/find/"


@pytest.fixture
def wei():
    return UserFactory(person=PersonFactory(name="魏明远", phone="13900000044"))


@pytest.fixture
def refund(wei, cast):
    return submitted(wei, office=cast.county)


def look(client, typed, follow=True):
    return client.post(URL, {"q": typed}, follow=follow)


@pytest.mark.parametrize(
    "typed",
    [
        lambda refund, person: refund.number,
        lambda refund, person: refund.number.lower(),
        lambda refund, person: refund.number[-6:],
        lambda refund, person: person.id_number.reveal("in a test"),
        lambda refund, person: "139 0000 0044",
        lambda refund, person: "0044",
        lambda refund, person: "魏明",
        lambda refund, person: "魏明远",
        lambda refund, person: "wmy",
        lambda refund, person: "WMY",
    ],
)
def test_one_box_takes_everything_a_caller_may_say_and_one_hit_opens_at_once(client, officer, refund, wei, typed):
    said = typed(refund, wei.person)
    response = look(client, said)
    assert len(response.redirect_chain) == 1
    address = response.redirect_chain[0][0]
    assert said not in address.replace(refund.number, "")
    assert "魏明远" in text(by_id(tree(response), "main"))
    words = text(by_id(tree(response), "answer"))
    assert "2019 年度 1,000.00 元，等待国家税务总局汉川市税务局审核" in words
    assert "参考时限" in words


def test_several_hits_stand_left_and_the_first_ones_answer_right(client, officer, refund, cast):
    PaymentFactory(person=PersonFactory(name="吴美英"), office=cast.county)
    OrganisationFactory(name="王门垸村村民委员会", office=cast.county)
    response = look(client, "wmy")
    assert "2 人" in text(by_id(tree(response), "hits"))
    links = find_all(by_id(tree(response), "hits"), lambda tag, attrs: tag == "a")
    assert [text(link).split()[0] for link in links] == ["吴美英", "魏明远"]
    assert "没有账号，没有申请，1 笔缴费" in text(links[0])
    assert "1 件申请，1 件办理中" in text(links[1])
    assert "没有退费申请" in text(by_id(tree(response), "answer"))
    other = client.get(links[1]["attrs"]["href"])
    assert "等待" in text(by_id(tree(other), "answer"))
    assert "2 人" in text(by_id(tree(other), "hits"))


@pytest.mark.parametrize("by", ["name", "number"])
def test_a_village_is_found_with_its_batches(client, officer, batch, cast, by):
    village = cast.clerk.organisation
    response = look(client, village.name[:4] if by == "name" else village.social_number)
    assert batch.number in text(by_id(tree(response), "applications"))
    assert "等待" in text(by_id(tree(response), "answer"))


def test_a_member_of_a_batch_hears_what_became_of_her_part(client, officer, batch, cast):
    member = batch.lines.order_by("pk").first().payment.person
    response = look(client, member.id_number.reveal("in a test"))
    words = text(by_id(tree(response), "answer"))
    assert "村集体补助 200.00 元" in words
    assert f"{cast.clerk.organisation.name}整批申请" in words
    assert f"由{cast.clerk.organisation.name}办" in text(by_id(tree(response), "paid"))


def test_somebody_without_an_application_is_found_with_her_payments(client, officer, cast):
    person = PersonFactory(name="魏明远")
    payment = PaymentFactory(person=person, office=cast.county)
    response = look(client, "魏明远")
    assert "没有退费申请" in text(by_id(tree(response), "answer"))
    assert payment.ticket_number in text(by_id(tree(response), "paid"))


def test_who_has_nothing_in_the_area_does_not_exist(client, refund, wei, cast):
    client.force_login(cast.outsider)
    for typed in (refund.number, refund.number[-6:], wei.person.id_number.reveal("in a test"), "wmy", "0044"):
        response = look(client, typed)
        assert "没有查到" in text(by_id(tree(response), "nothing"))
        assert "华容区" in text(by_id(tree(response), "nothing"))
    assert client.get(URL, {"person": str(wei.person.pk)}).status_code == 404
    assert client.get(URL, {"number": refund.number}).status_code == 404


def test_the_offices_above_find_what_is_beneath_them_and_nothing_else(client, refund, cast):
    submitted(UserFactory(person=PersonFactory(name="魏明玉")), office=cast.elsewhere)
    client.force_login(cast.countersigner)
    assert "魏明远" in text(by_id(tree(look(client, "wmy")), "main"))
    assert "魏明玉" not in text(look(client, "wmy"))
    client.force_login(cast.auditor)
    assert "2 人" in text(by_id(tree(look(client, "wmy")), "hits"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "请先输入"), ("王", "至少输 2 个"), ("w", "至少输 2 个"), ("044", "至少输后 4 位"), ("魏明远 13900000044", "一次只查一样")],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_explained_and_stays_in_its_box(client, officer, typed, sentence):
    response = look(client, typed)
    assert response.status_code == 422
    assert sentence in text(by_id(tree(response), "find-error"))
    assert by_id(tree(response), "find-q")["attrs"]["value"] == typed


def test_a_mistyped_number_that_nobody_has_is_told_why(client, officer):
    response = look(client, "420984199001010009")
    assert "对不上" in text(by_id(tree(response), "nothing"))
    assert "420984199001010009" not in response.content.decode()


@pytest.mark.parametrize("typed", ["\0", "%_", "' OR 1=1 --", "魏%", "x" * 5000, "9" * 500, "𠮷野𠮷", "YL\0", "🙂🙂"])
def test_no_input_is_an_error(client, officer, refund, typed):
    assert look(client, typed).status_code in (200, 422)


def test_twenty_hits_are_shown_and_more_are_asked_to_be_narrowed(client, officer, cast):
    for n in range(22):
        PaymentFactory(person=PersonFactory(name=f"魏明{chr(0x4E00 + n)}"), office=cast.county)
    words = text(by_id(tree(look(client, "魏明")), "hits"))
    assert "20 人" in words
    assert "请再多输一点" in words


def test_no_end_of_a_document_number_is_looked_for(client, officer, refund, wei):
    number = wei.person.id_number.reveal("in a test")
    for length in (4, 6, 8, 12, 17):
        assert "没有查到" in text(look(client, number[-length:]))
        assert "没有查到" in text(look(client, number[:length]))


def test_it_costs_the_same_queries_for_one_hit_as_for_twenty(client, officer, cast, django_assert_max_num_queries):
    PaymentFactory(person=PersonFactory(name="魏明一"), office=cast.county)
    PaymentFactory(person=PersonFactory(name="魏明二"), office=cast.county)
    look(client, "魏明")
    with django_assert_max_num_queries(60) as few:
        client.get(URL)
    for n in range(18):
        user = UserFactory(person=PersonFactory(name=f"魏明{chr(0x4E00 + n)}"))
        submitted(user, office=cast.county)
        submitted(user, office=cast.county)
    look(client, "魏明")
    with django_assert_max_num_queries(60) as many:
        client.get(URL)
    assert len(many) == len(few)


def plan(rows) -> str:
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    ("typed", "index"),
    [
        ("魏明", "person_by_name"),
        ("wmy", "person_by_initials"),
        ("0044", "accounts_person_last_four"),
        ("13900000044", "accounts_person_phone_index"),
        ("420984194001010008", "accounts_person_id_index"),
    ],
)
def test_people_are_found_through_an_index(refund, typed, index):
    assert index in plan(searching.candidates(read(typed)).values_list("pk"))


def test_the_end_of_a_number_is_found_through_an_index(refund, cast):
    assert "pensionrefund_by_end" in plan(searching.ending(type(refund).objects.values_list("number"), "4321"))


def test_a_search_by_number_is_kept_without_the_number_and_one_by_name_is_not(client, officer, refund, wei):
    look(client, "魏明远")
    assert not LookUp.objects.exists()
    look(client, wei.person.id_number.reveal("in a test"))
    look(client, "0044")
    look(client, "9999")
    rows = LookUp.objects.order_by("pk").values_list("by", "office", "kind", "found")
    me = (officer.pk, officer.office_id)
    assert list(rows) == [(*me, "document", 1), (*me, "end", 1), (*me, "end", 0)]


def test_searches_by_the_end_of_a_number_are_few_and_those_by_number_are_bounded(client, officer, refund, settings):
    settings.LOOKUPS_BY_END_PER_HOUR, settings.LOOKUPS_PER_HOUR = 2, 4
    assert [look(client, end).status_code for end in ("0044", "0045", "0046")] == [200, 200, 429]
    assert "号码的后几位最多查 2 次" in text(look(client, "0046"))
    assert [look(client, refund.number).status_code for _ in range(3)] == [200, 200, 429]
    assert look(client, "魏明远").status_code == 200
    assert LookUp.objects.count() == 4


def test_the_budget_of_one_officer_is_nobody_elses_and_comes_back(client, officer, refund, cast, settings):
    settings.LOOKUPS_PER_HOUR = 1
    look(client, refund.number)
    assert look(client, refund.number).status_code == 429
    client.force_login(cast.colleague)
    assert look(client, refund.number).status_code == 200
    settings.LOOKUPS_PER_HOUR = 2
    client.force_login(officer)
    assert look(client, refund.number).status_code == 200


def test_the_auditor_counts_the_searches_of_the_area(client, officer, refund, cast):
    look(client, "0044")
    look(client, "0045")
    rows = lookups.per_officer(lookups.seen_by(cast.auditor))
    assert list(rows) == [{"by": officer.pk, "kind": "end", "searches": 2}]
    assert not lookups.seen_by(cast.outsider).exists()


def test_the_session_keeps_keys_and_no_number(client, officer, wei, refund):
    look(client, wei.person.id_number.reveal("in a test"))
    assert dict(client.session)["review_found"]["people"] == [str(wei.person.pk)]
    assert wei.person.id_number.reveal("in a test") not in str(dict(client.session))


@pytest.mark.parametrize("what", ["passed", "rejected", "withdrawn"])
def test_the_answer_follows_the_case(client, officer, refund, wei, cast, what):
    from refunds.models import RejectReason

    reason = RejectReason.objects.get(code="account_name")
    happen, words = {
        "passed": (lambda: actions.approve(refund.number, by=officer), "等待移交人社"),
        "rejected": (lambda: actions.reject(refund.number, by=officer, reason=reason), reason.next_step),
        "withdrawn": (lambda: actions.withdraw(refund.number, by=wei), "申请人已撤销"),
    }[what]
    happen()
    assert words in text(by_id(tree(client.get(URL, {"number": refund.number})), "answer"))
    assert Person.objects.filter(name="魏明远").exists()

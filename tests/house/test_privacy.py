"""No full number of anybody leaves its envelope: not into a page, a header, a log, a session or a column (T29)."""

import uuid

import pytest
from django.test import Client

from tests.conftest import make_cast
from tests.house.canaries import canary, crawl, dump, envelope, flock, found, full_numbers, log, pages_of, words_of
from tests.pages import find_all, text, tree
from tests.pension.factories import PaymentFactory

pytestmark = pytest.mark.django_db
FIELDS = {"account_type": "card", "bank": "103", "contact_name": "刘秀兰", "number_checked": "on"}


@pytest.fixture(scope="module")
def cast(shared_db):
    return make_cast()


@pytest.fixture(scope="module")
def birds(cast):
    return flock(cast)


@pytest.fixture(autouse=True)
def _no_agency(settings):
    settings.AGENCIES = {code: {**entry, "url": "http://127.0.0.1:9"} for code, entry in settings.AGENCIES.items()}


def secrets_of(birds) -> list[str]:
    return [secret for bird in birds.values() for secret in bird.secrets]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(response) -> dict[str, str]:
    """What the boxes of a page hold, by name."""
    boxes = find_all(tree(response), lambda tag, attrs: tag == "input" and attrs.get("value"))
    return {box["attrs"]["name"]: box["attrs"]["value"] for box in boxes}


def without_boxes(response) -> str:
    """The page without what its boxes hold."""
    words = response.content.decode()
    for value in typed(response).values():
        words = words.replace(f'value="{value}"', "")
    return words


def test_no_page_of_anybody_shows_a_full_number(cast, birds):
    secrets, seen = secrets_of(birds), set()
    staff = {role: getattr(cast, role) for role in ("clerk", "reviewer", "countersigner", "auditor", "outsider")}
    visitors = {**{name: bird.user for name, bird in birds.items()}, **staff, "anonymous": None}
    with log() as written:
        for name, user in visitors.items():
            client = signed_in(user) if user else Client()
            starts = ["/", "/user-center/", "/accounts/second-factor/", "/accounts/password/", "/review/?queue=all"]
            if name in birds:
                starts += [
                    *pages_of(birds[name]),
                    "/messages/",
                    "/inquiry/",
                    "/pension/",
                    "/medical/",
                    "/medical/progress/",
                ]
            # What is about an application is asked of everybody; where it leads to from there, of a few and of all who decide.
            followed = name not in birds or name in [*birds][:4]
            pages = crawl(client, *starts) if followed else ((one, client.get(one)) for one in starts)
            for address, response in pages:
                words = words_of(response)
                assert full_numbers(address, response, secrets) == [], (name, address)
                seen |= {(name, mask) for bird in birds.values() for mask in bird.masks if mask in words}
    assert found(written.getvalue(), secrets) == []
    assert "request_started" in written.getvalue()
    # The crawler was where the numbers are: each resident saw her own masks, the officers of her office all of them.
    everybody = {mask for bird in birds.values() for mask in bird.masks}
    assert {mask for name, mask in seen if name == "reviewer"} == everybody
    assert all((name, mask) in seen for name, bird in birds.items() for mask in bird.masks)
    assert not {mask for name, mask in seen if name in ("anonymous", "clerk", "outsider")}


def test_no_column_and_no_session_holds_a_full_number(cast, birds):
    everything = dump()
    assert found(everything, secrets_of(birds)) == []
    # The twin: the dump has the rows.
    assert all(refund.number in everything for bird in birds.values() for refund in bird.refunds.values())


def test_sending_leaves_no_number_in_jobs_and_logs(birds, settings):
    from tests.jobs import run_queued

    settings.AGENCY_TIMEOUT_SECONDS = 1
    with log() as written:
        assert run_queued()
    assert found(written.getvalue() + dump(), secrets_of(birds)) == []


def test_the_search_for_a_grouped_number_would_find_it():
    bird = "429006199410050007"
    for written in (bird, " ".join(bird), f"{bird[:6]}-{bird[6:]}", bird.encode().hex(), f"x{bird}y"):
        assert found(written, [bird]) == [bird]
    assert found("429006 ******** 0007", [bird]) == []


@pytest.mark.parametrize("mistake", [{}, {"bank": ""}, {"contact_phone": "1"}, {"account_type": "gold"}])
def test_what_the_owner_typed_stays_in_its_boxes_and_the_check_page_alone_says_it(cast, birds, mistake):
    bird, secrets = birds["withdrawn"], secrets_of(birds)
    payment = PaymentFactory(person=bird.user.person, office=cast.county, year=2010)
    new = {"account_number": "62109876" + bird.account[-5:] + "000", "contact_phone": "15911112222"}
    data = {"payment": payment.pk, "step": "fill", "key": str(uuid.uuid4()), **FIELDS, **new, **mistake}
    with log() as written:
        response = signed_in(bird.user).post("/pension/apply/", data)
    assert typed(response)["account_number"] == new["account_number"]
    assert found(response.content.decode(), secrets) == []
    said = found(text(response), new.values())
    assert said == ([] if mistake else list(new.values()))  # asked to look at it once more, digit by digit
    assert found(without_boxes(response), new.values()) == said
    assert found(envelope(response) + written.getvalue() + dump(), new.values()) == []


def test_a_submitted_account_is_never_said_again(cast, birds):
    bird = birds["withdrawn"]
    payment = PaymentFactory(person=bird.user.person, office=cast.county, year=2010)
    new = {"account_number": "62109876" + bird.account[-5:] + "000", "contact_phone": "15911112222"}
    data = {"payment": payment.pk, "step": "confirm", "key": str(uuid.uuid4()), **FIELDS, **new}
    client = signed_in(bird.user)
    with log() as written:
        response = client.post("/pension/apply/", data)
        again = client.post("/pension/apply/", {**data, "key": str(uuid.uuid4())})
        pages = "".join(words_of(r) + envelope(r) for _address, r in crawl(client, "/", response.url))
    assert response.status_code == 302
    assert "正在退费或已经退费" in text(again)
    assert found(again.content.decode() + pages + envelope(response) + written.getvalue() + dump(), new.values()) == []


def test_correcting_the_account_keeps_the_new_one_in_its_box(birds):
    bird, client = birds["payment_failed"], signed_in(birds["payment_failed"].user)
    new = {"account_number": "6210987600000000", "contact_phone": "15911112222"}
    address = f"/refunds/{bird.refund.number}/account/"
    with log() as written:
        refused = client.post(address, {**FIELDS, **new, "bank": ""})
        taken = client.post(address, {**FIELDS, **new, "step": "confirm"})
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert found(without_boxes(refused) + envelope(refused) + envelope(taken), [*new.values(), *bird.secrets]) == []
    assert found(written.getvalue() + dump(), new.values()) == []


@pytest.mark.parametrize(
    ("address", "fields", "kept"),
    [
        ("/accounts/login/", {"account": "id_number", "password": "account", "door": ""}, {"account"}),
        ("/accounts/login/", {"account": "phone", "password": "account", "door": ""}, {"account"}),
        ("/accounts/register/", {"id_number": "id_number", "phone": "phone"}, {"id_number", "phone"}),
        ("/accounts/register/", {"name": "account", "id_number": "phone", "phone": "id_number"}, {"name", "id_number", "phone"}),
    ],
)  # fmt: skip
def test_at_the_doors_what_was_typed_stays_in_its_box_and_nowhere_else(db, address, fields, kept):
    bird = canary(0)  # none of the flock
    data = {"door": "natural", "id_type": "201", "name": "某某", "agree": "on"}
    data |= {name: getattr(bird, what) for name, what in fields.items() if what}
    with log() as written:
        responses = [Client().post(address, data) for _ in range(7)]  # to the lock and beyond
    assert {response.status_code for response in responses} <= {200, 429}
    for response in responses:
        assert {name for name, value in typed(response).items() if found(value, bird.secrets)} <= kept
        assert found(without_boxes(response) + envelope(response), bird.secrets) == []
    assert found(written.getvalue() + dump(), bird.secrets) == []


def test_an_officer_is_shown_one_full_number_with_a_purpose_and_nothing_else_says_it(cast, birds):
    bird, client = birds["applied"], signed_in(cast.reviewer)
    secrets = secrets_of(birds)
    shown = {"id_number": bird.id_number, "phone": bird.phone, "account": bird.account}
    with log() as written:
        for field, number in shown.items():
            address = f"/review/{bird.refund.number}/reveal/{field}/"
            refused, answer = client.post(address), client.post(address, {"purpose": "caller"})
            assert found(refused.content.decode() + envelope(refused), secrets) == []
            assert set(found(answer.content.decode(), secrets)) == {number}
            assert found(address + envelope(answer), secrets) == []
        pages = [
            client.get(f"/review/{bird.refund.number}/"),
            client.get("/review/find/", {"number": bird.refund.number}),
        ]
    assert all("显示完整" in text(page) for page in pages)
    assert found("".join(page.content.decode() for page in pages) + written.getvalue() + dump(), secrets) == []


@pytest.mark.parametrize("what", ["id_number", "phone"])
def test_a_number_that_an_officer_looks_for_stands_nowhere(cast, birds, what):
    bird, client = birds["applied"], signed_in(cast.reviewer)
    with log() as written:
        known = client.post("/review/find/", {"q": getattr(bird, what)}, follow=True)
        unknown = client.post("/review/find/", {"q": "429006198001010008"})
    assert bird.user.person.name in text(known)
    places = known.content.decode() + envelope(known) + str(known.redirect_chain) + unknown.content.decode()
    assert found(places + written.getvalue() + dump(), [*secrets_of(birds), "429006198001010008"]) == []

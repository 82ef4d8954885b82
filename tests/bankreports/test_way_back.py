"""The way back (I-42): whoever was led here from a refund is led back to the very item after submitting."""

from urllib.parse import quote

import pytest

from tests.bankreports.factories import drafted
from tests.bankreports.reading import URL, confirm
from tests.pages import find, find_all, text, tree

pytestmark = pytest.mark.django_db
ITEM = "/medical/?year=2023&payment=5"


def come_from(client, address):
    return client.get(f"{URL}?next={quote(address, safe='')}")


def link(response, label):
    """Where the link with these words leads; None without one."""
    links = find_all(tree(response), lambda tag, attrs: tag == "a")
    return next((node["attrs"]["href"] for node in links if text(node) == label), None)


def test_after_submitting_the_home_page_leads_back_to_the_very_item(client, resident):
    come_from(client, ITEM)
    drafted(resident)
    response = confirm(client)
    assert response.redirect_chain == [("/", 302)]
    assert link(response, "返回继续退费") == ITEM


def test_the_address_is_not_kept_in_the_bar(client, resident):
    assert come_from(client, ITEM).url == URL


def test_the_way_back_is_there_before_submitting_too(client, resident):
    come_from(client, ITEM)
    assert link(client.get(URL), "返回继续退费") == ITEM
    assert link(client.get("/"), "返回继续退费") is None


def test_without_having_been_led_here_nothing_is_offered(client, resident):
    drafted(resident)
    assert link(client.get(URL), "返回继续退费") is None
    assert link(confirm(client), "返回继续退费") is None


def test_the_offer_stays_until_it_is_taken(client, resident):
    come_from(client, ITEM)
    drafted(resident)
    confirm(client)
    assert link(client.get("/"), "返回继续退费") == ITEM
    assert link(client.get("/"), "返回继续退费") == ITEM


def test_a_second_report_does_not_bring_an_old_way_back(client, resident):
    come_from(client, ITEM)
    drafted(resident)
    confirm(client)
    client.session.flush()
    client.force_login(resident)
    drafted(resident, "95599000000000088")
    assert link(confirm(client), "返回继续退费") is None


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "http:evil.example", "javascript:alert(1)", "evil.example/", "/\t/evil.example", " //evil.example",
        "https:///evil.example", "//evil.example/medical/", "\0/medical/",
    ],
)  # fmt: skip
def test_nobody_is_led_out_of_the_portal(client, resident, address):
    assert come_from(client, address).url == URL
    drafted(resident)
    assert link(client.get(URL), "返回继续退费") is None
    response = confirm(client)
    assert link(response, "返回继续退费") is None
    assert "evil" not in response.content.decode()


def test_a_bad_address_does_not_replace_a_good_one(client, resident):
    come_from(client, ITEM)
    come_from(client, "//evil.example")
    drafted(resident)
    assert link(confirm(client), "返回继续退费") == ITEM


def test_markup_in_the_address_stays_an_address(client, resident):
    come_from(client, '/medical/?year="><script>alert(1)</script>')
    page = client.get(URL)
    assert not find(tree(page), lambda tag, attrs: tag == "script" and "src" not in attrs)
    assert b"<script>alert" not in page.content


@pytest.mark.parametrize("ticked", [1, 12])
def test_however_many_payments_were_ticked_all_of_them_are_ticked_again(client, resident, ticked):
    item = "/medical/?year=2023" + "".join(f"&payment={10**12 + n}" for n in range(ticked))
    come_from(client, item)
    assert link(client.get(URL), "返回继续退费") == item


def test_a_clerk_is_led_back_in_the_same_way(client, clerk):
    come_from(client, "/pension/village/")
    drafted(clerk)
    assert link(confirm(client), "返回继续退费") == "/pension/village/"

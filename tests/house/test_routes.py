"""Who meets what behind every route: nothing opens for somebody it is not meant for (reliability.md T21)."""

from copy import copy, deepcopy

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from refunds import schemes
from tests.conftest import make_cast
from tests.house.routes import TABLE, build
from tests.house.rows import ROLES
from tests.pages import by_id, find, tree
from tests.review.answering import answers

pytestmark = pytest.mark.django_db
# In so many parts the table is asked.
SHARES = 16
LOGIN = "/accounts/login/"
# The agencies sign their messages instead.
SIGNED = {"handoff:callback", "handoff:results"}


@pytest.fixture(scope="module")
def cast(shared_db):
    return make_cast()


@pytest.fixture(scope="module")
def world(cast):
    return build(cast)


def names(resolver=None, prefix=""):
    """Every url name of the portal, with its namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, inner)
        else:
            yield f"{prefix}{pattern.name}"


def as_role(role, cast, **options) -> Client:
    client = Client(raise_request_exception=False, **options)
    if role != "anonymous":
        client.force_login(getattr(cast, role))
    return client


def ask(client, method, row, world, **more):
    """The answer, and then everything is as if it had not been asked."""
    with transaction.atomic():
        url = reverse(row.name, args=row.args(world))
        content = row.query(world) if method == "get" else row.data(world)
        response = getattr(client, method)(url, **({"data": content} if method in ("get", "post") else {}), **more)
        transaction.set_rollback(True)
    return response


def answer(response) -> str:
    to_login = response.status_code == 302 and response.url.startswith(LOGIN)
    return "login" if to_login else str(response.status_code)


def states():
    kept = ("refund_status", "review_status", "attempt")
    return [list(scheme.model.objects.order_by("pk").values_list(*kept)) for scheme in schemes.every()]


def lists():
    """The pages of every scheme on which applications stand, and those of the portal and the officers."""
    of_schemes = {url for scheme in schemes.every() for url in (scheme.home_url, scheme.progress_url)}
    portal = ["/", "/user-center/", "/inquiry/", "/pension/village/progress/", "/review/?queue=all", "/review/items/"]
    return [*portal, *sorted(of_schemes)]


def test_every_route_has_a_row_and_every_row_a_route():
    assert {row.name for row in TABLE} == set(names())


def said(row) -> list[tuple]:
    """(role, answer to GET, answer to POST) as the table says."""
    return list(zip(ROLES, row.get.split(), row.post.split(), strict=True))


def met(row, clients, world) -> list[tuple]:
    """The same, as it is: each row is met by somebody who has just signed in."""
    found = []
    for role, signed_in in clients.items():
        client = copy(signed_in)
        client.cookies = deepcopy(signed_in.cookies)
        found.append((role, *(answer(titled(ask(client, method, row, world))) for method in ("get", "post"))))
    return found


def titled(response):
    """The answer, which has one title if it is a page, a sheet that is opened without a script included."""
    page = getattr(response, "content", b"")
    assert b"<html" not in page or page.count(b"<h1") == 1, page[page.index(b"<title") :][:120].decode()
    return response


# G-01
@pytest.mark.parametrize("share", range(SHARES))
def test_everybody_meets_what_the_table_says(share, cast, world):
    """A share of the table is asked in each, so that several processes can ask. What was asked is undone every time."""
    clients = {role: as_role(role, cast) for role in ROLES}
    found = {str(row): met(row, clients, world) for row in TABLE[share::SHARES]}
    assert found == {str(row): said(row) for row in TABLE[share::SHARES]}


def test_no_other_method_breaks_anything_or_changes_anything(cast, world):
    """A stranger is sent away first; of those who are signed in one is as good as another."""
    before = states()
    for role, methods in (("anonymous", ("put", "options")), ("reviewer", ("head", "put", "delete", "options"))):
        client = as_role(role, cast)
        for row in TABLE:
            for method in methods:
                response = ask(client, method, row, world)
                assert response.status_code < 500 or row.name == "readyz", (role, str(row), method)
                # The method is looked at before anything else, so every view must say which ones it takes.
                if method in ("put", "delete"):
                    assert answer(response) in ("405", "login"), (role, str(row), method)
    assert states() == before


def test_a_post_without_its_token_is_refused_whoever_sends_it(cast, world):
    for role in ("anonymous", "resident", "reviewer"):
        client = as_role(role, cast, enforce_csrf_checks=True)
        for row in TABLE:
            if row.name not in SIGNED:
                assert ask(client, "post", row, world).status_code == 403, (role, str(row))


def test_a_message_of_an_agency_needs_a_signature_and_no_token(cast, world):
    row = next(row for row in TABLE if row.name == "handoff:callback")
    assert ask(as_role("anonymous", cast, enforce_csrf_checks=True), "post", row, world).status_code == 401


def test_with_the_token_of_the_page_the_same_post_is_taken(cast, world):
    """The twin: it is the token that was missing above."""
    client = as_role("reviewer", cast, enforce_csrf_checks=True)
    page = by_id(tree(client.get(reverse("review:case", args=[world.pension.waiting.number]))), "decide")
    token = find(page, lambda _tag, attrs: attrs.get("name") == "csrfmiddlewaretoken")["attrs"]["value"]
    url = reverse("review:approve", args=[world.pension.waiting.number])
    assert client.post(url, {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert client.post(url, {"csrfmiddlewaretoken": token} | answers(world.pension.waiting)).status_code == 302


@pytest.mark.parametrize("role", ["stranger", "clerk", "outsider"])
def test_no_list_names_an_application_of_others(role, cast, world):
    client = as_role(role, cast)
    for url in lists():
        words = client.get(url, follow=True).content.decode()
        own = world.pension.batch.number if role == "clerk" else ""
        for scheme in schemes.every():
            for number in scheme.model.objects.exclude(number=own).values_list("number", flat=True):
                assert number not in words, url

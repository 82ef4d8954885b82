"""Words that want to be markup, in every column of text that a page may show, drawn by a real Chromium: first without the Content Security
Policy, so that the escaping itself is tested, and then with it (reliability.md T24).

`PAYLOADS=300 pytest tests/security/test_payloads.py -s` draws every page that they stand on.
"""

import os
from contextlib import ExitStack
from html import unescape
from urllib.parse import urlsplit

import pghistory
import pgtrigger
import pytest
from django.contrib.staticfiles import finders
from django.db import DataError, IntegrityError, models, transaction
from playwright.sync_api import sync_playwright

from tests.conftest import make_cast
from tests.house.canaries import crawl
from tests.house.routes import build
from tests.house.source import models_here
from tests.house.test_routes import as_role
from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.security.payloads import DEEDS, payloads

pytestmark = pytest.mark.django_db
PAYLOADS = int(os.environ.get("PAYLOADS", "12"))
WHO = ("resident", "clerk", "reviewer", "countersigner", "auditor")
STARTS = (
    "/",
    "/user-center/",
    "/messages/",
    "/review/?queue=all",
    "/review/items/",
    "/review/audit/",
    "/pension/",
    "/bankreports/",
)
HERE = "http://testserver"
# What came to life: a script that ran, a handler, a place that was left, a tag that none of ours writes.
ALIVE = """() => [
    typeof owned !== 'undefined' && 'a script ran',
    ...[...document.querySelectorAll('*')].flatMap(e => [
        ...[...e.attributes].filter(a => a.name.startsWith('on') || a.name === 'data-owned' || a.name.startsWith('hx-on')).map(a => a.name),
        ...(['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'DETAILS-X'].includes(e.tagName) ? [e.tagName] : []),
        ...(e.tagName === 'SCRIPT' && !e.src && e.type !== 'application/json' ? ['an inline script'] : []),
        ...['src', 'href', 'action', 'formaction', 'hx-get'].filter(n => /evil|^javascript/i.test(e.getAttribute(n) || '')),
    ]),
].filter(Boolean)"""


@pytest.fixture(scope="module")
def cast(shared_db):
    return make_cast()


@pytest.fixture(scope="module")
def world(cast):
    return build(cast)


# What the code chose, or a sign-in rests upon: nobody types it, and no page would open with another word in it.
OURS = {
    "agency",
    "code",
    "digest",
    "event",
    "instruction_id",
    "kind",
    "message_id",
    "number",
    "path",
    "rule",
    "scheme",
    "sha256",
    "state",
}
OURS |= {
    "password",
    "session_key",
    "session_data",
    "agency_code",
    "bank_code",
    "disputed",
    "measure",
    "field",
    "segment",
    "page",
}


def columns():
    """Every column of free text of every table: no key, no choice, no number, nothing sealed."""
    # The scheme of the tests has not all the pages that a real one has.
    for model in (one for one in models_here() if one._meta.app_label != "injury"):
        for field in model._meta.local_fields:
            plain = type(field) in (models.CharField, models.TextField)
            if plain and not (field.choices or field.unique or field.primary_key or field.name in OURS):
                yield model, field


def poison(words: list[str]) -> dict[str, int]:
    """Puts them into all rows of all those columns, one after the other; how often each stands somewhere whole."""
    stands = dict.fromkeys(words, 0)
    place = 0
    for model, field in columns():
        for key in list(model._base_manager.order_by("pk").values_list("pk", flat=True)[:60]):
            fitting = [word for word in words if len(word) <= (field.max_length or 10_000)]
            if not fitting:
                break
            word = fitting[place % len(fitting)]
            try:
                with transaction.atomic():
                    changed = model._base_manager.filter(pk=key).update(**{field.name: word})
            except (IntegrityError, DataError):
                break  # a column that takes only certain words
            stands[word] += changed
            place += 1
    return stands


def pages(cast, words) -> list[tuple[str, str, str]]:
    """(who and where, page, its policy) of every page that any of them stands on."""
    found = []
    for who in WHO:
        client = as_role(who, cast)
        for address, response in crawl(client, *STARTS):
            assert response.status_code < 500, (who, address)
            if "html" in response.headers.get("Content-Type", ""):
                page = response.content.decode()
                if any(word in unescape(page) for word in words):
                    found.append((f"{who} {address}", page, response.headers["Content-Security-Policy"]))
    return found


def served(route, page: str, policy: str | None) -> None:
    path = urlsplit(route.request.url).path
    if route.request.is_navigation_request() and route.request.frame.parent_frame is None:
        headers = {"Content-Type": "text/html; charset=utf-8"} | ({"Content-Security-Policy": policy} if policy else {})
        return route.fulfill(body=page, headers=headers)
    file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    return route.fulfill(path=file) if file else route.fulfill(status=404, body="")


def drawn(browser, page: str, policy: str | None) -> list[str]:
    """What came to life when a browser drew the page."""
    with ExitStack() as stack:
        context = browser.new_context(base_url=HERE)
        stack.callback(context.close)
        tab, heard = context.new_page(), []
        tab.on("dialog", lambda dialog: (heard.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        tab.on("console", lambda said: heard.append(said.text) if "Content Security Policy" in said.text else None)
        tab.on("request", lambda asked: heard.append(asked.url) if "evil" in urlsplit(asked.url).netloc else None)
        tab.route("**/*", lambda route: served(route, page, policy))
        tab.goto("/", wait_until="load")
        return [*heard, *tab.evaluate(ALIVE)]


def test_no_word_comes_to_life_on_any_page_with_a_policy_or_without(cast, world):
    words = payloads(PAYLOADS)
    assert len(words) == PAYLOADS
    with transaction.atomic():
        # Rows that stay as they came, too.
        with pgtrigger.ignore(), pghistory.context(action="test"):
            stands = poison(words)
        shown = pages(cast, words)
        transaction.set_rollback(True)
    whole = "\n".join(unescape(page) for _where, page, _policy in shown)
    met = [word for word in words if word in whole]
    # A share where it is one test among thousands; every page when asked for all.
    chosen = shown if PAYLOADS >= 300 else shown[:: max(len(shown) // 10, 1)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        alive = {
            (where, bool(kept)): found
            for where, page, policy in chosen
            for kept in (None, policy)
            if (found := drawn(browser, page, kept))
        }
        twin = drawn(browser, f"<p>{DEEDS[0]}</p>", None)
        browser.close()
    said = f"{len(words)} payloads in {sum(stands.values()):,} places, {len(met)} of them on {len(shown)} pages"
    print(f"{said}; drawn without and with the policy: {len(chosen)}")  # noqa: T201 - shown with -s, and when it fails
    assert alive == {}
    assert "a script ran" in twin, "unescaped they would have come to life"
    assert len(met) > len(words) / 2

"""The queue on a phone: a case takes a few lines, and says nothing of what is not there."""

import re

import pytest

from tests.accounts.factories import UserFactory
from tests.house.source import ROOT
from tests.pages import find_all, text, tree
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
SHEET = (ROOT / "static/portal/css/officer.css").read_text()
ON_A_PHONE = SHEET[SHEET.index("@media (max-width: 45rem)") :]


@pytest.fixture
def cells(client, cast):
    submitted(UserFactory(resident=True), office=cast.county)
    client.force_login(cast.reviewer)

    def of(queue):
        page = tree(client.get(f"/review/?queue={queue}"))
        return find_all(page, lambda tag, attrs: tag == "td" and "is-wide" not in attrs.get("class", ""))

    return of


@pytest.mark.parametrize("queue", ["pending", "all"])
def test_every_column_has_its_place_there(cells, queue):
    placed = set(re.findall(r'\[data-label="([^"]+)"\]', ON_A_PHONE))
    labels = {cell["attrs"]["data-label"] for cell in cells(queue)}
    assert labels
    assert labels <= placed


def test_a_cell_without_news_is_known_by_its_dashes(cells):
    empty = [cell for cell in cells("pending") if text(cell).strip() == "--"]
    assert {cell["attrs"]["data-label"] for cell in empty} == {"标记", "领取人"}
    for cell in empty:
        assert find_all(cell, lambda tag, attrs: attrs.get("class") == "none")

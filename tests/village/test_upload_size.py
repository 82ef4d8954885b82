"""Ten thousand lines: all counted, in a fixed number of queries, and never more than a batch may hold."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pension.models import PensionRefundLine
from pension.village import drafts
from pension.village.lists.models import VillageUpload
from tests.pages import text
from tests.village.conftest import make_village
from tests.village.lists import bad_file, make_members, members, nobody, read, send, xlsx

pytestmark = pytest.mark.django_db


def chosen(village) -> int:
    return drafts.chosen(drafts.of_payment(village)).people


def test_the_number_of_queries_does_not_grow_with_the_list(client, cast):
    client.force_login(cast.clerk)
    counts = []
    for people in (3, 60):
        village = make_village(cast.clerk, people=people, month=1 + people % 11)
        rows = members(village) + [["", nobody(n)] for n in range(people)] + [["", "123456"]] * people
        with CaptureQueriesContext(connection) as queries:
            assert f"{people} 可提交，{2 * people} 需修改" in text(send(client, village, xlsx(rows)))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] < 40


def test_more_than_ten_thousand_in_one_draft_adds_nobody(client, village, monkeypatch):
    monkeypatch.setattr(drafts, "MAX_PEOPLE", 4)
    words = text(send(client, village, xlsx(members(village))))
    assert "所以没有添加任何人" in words
    assert chosen(village) == 0
    assert not VillageUpload.objects.exists()
    assert not PensionRefundLine.objects.exists()


def test_nine_thousand_nine_hundred_and_twelve_of_ten_thousand(client, village):
    rows = [[person.name, person.id_number.reveal("in a test")] for person in make_members(village, 9_912)]
    rows += [["查无此人", nobody(n)] for n in range(88)]
    answer = send(client, village, xlsx(rows))
    assert "9,912 可提交，88 需修改" in text(answer)
    assert chosen(village) == 9_912
    assert answer.content.count(b"<") < 3_000
    assert len(read(bad_file(client, answer))) == 89

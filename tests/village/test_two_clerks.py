"""Two clerks in one draft: neither wipes what the other typed, each sees the other, and whoever is sent back reads why."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pension.village import batches, drafts
from pension.village.forms import initial_of
from pension.village.models import DraftClerk
from tests.medical.reading import values
from tests.pages import text
from tests.village.batches import seen, village_account
from tests.village.test_save import TYPED

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(fellow_clerk):
    """The browser of the colleague."""
    client = Client()
    client.force_login(fellow_clerk)
    return client


def url(village, verb=""):
    return f"/pension/village/{village.pk}/{verb}"


def opened(client, village) -> dict:
    """What the page sends back, untouched."""
    page = client.get(url(village))
    marks = [f"was_{name}" for name in TYPED]
    draft = drafts.of_payment(village)
    shown = initial_of(draft, village.organisation) | {"account_number": "", "contact_phone": ""}
    return {"bank": "", **shown, **{name: values(page, name)[0] for name in (*marks, "draft")}}


def kept(village):
    return drafts.of_payment(village)


def test_a_move_never_wipes_what_a_colleague_has_typed(client, other, village):
    mine = opened(client, village)
    theirs = opened(other, village)
    other.post(
        url(village, "remember/"), theirs | {"account_name": "镇代管资金专户", "account_number": "95599000000000088"}
    )
    client.post(url(village, "choose/"), mine | {"do": "add-all"})
    assert kept(village).account_name == "镇代管资金专户"
    assert kept(village).account_number.reveal("in a test") == "95599000000000088"


def test_what_i_typed_and_sent_is_not_written_again_over_a_colleagues_word(client, other, village):
    mine = opened(client, village) | {"account_name": "甲专户"}
    answer = client.post(url(village, "remember/"), mine, headers={"HX-Request": "true"})
    mine["was_account_name"] = values(answer, "was_account_name")[0]
    other.post(url(village, "remember/"), opened(other, village) | {"account_name": "乙专户"})
    client.post(url(village, "choose/"), mine | {"do": "add-all"})
    assert kept(village).account_name == "乙专户"


def test_what_i_type_is_kept_whatever_a_colleague_moves(client, other, village):
    theirs = opened(other, village)
    client.post(url(village, "remember/"), opened(client, village) | {"contact_name": "李会计"})
    other.post(url(village, "choose/"), theirs | {"do": "add-all"})
    assert kept(village).contact_name == "李会计"


def test_who_else_is_in_the_draft_and_since_when_is_shown(client, other, village, fellow_clerk):
    assert "也在办理这批退费" not in text(client.get(url(village)))
    other.get(url(village))
    assert f"{fellow_clerk.display_name}从" in text(client.get(url(village)))
    DraftClerk.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    assert "也在办理这批退费" not in text(client.get(url(village)))


def test_whoever_is_sent_back_from_the_check_page_reads_why(client, other, village):
    client.post(url(village, "choose/"), {**TYPED, "do": "add-all"})
    assert client.get(url(village, "check/")).status_code == 200
    other.post(url(village, "choose/"), opened(other, village) | {"do": "remove-all"})
    assert "退费区还没有人员" in text(client.get(url(village, "check/"), follow=True))
    client.post(url(village, "choose/"), {**TYPED, "contact_phone": "abc", "do": "add-all"})
    assert "所以回到了填写页。联系人电话" in text(client.get(url(village, "check/"), follow=True))


def test_after_a_colleague_has_submitted_nothing_is_begun_anew_unseen(client, village, fellow_clerk):
    client.post(url(village, "choose/"), {**TYPED, "do": "add-all"})
    mine = opened(client, village)
    account = village_account(village)
    batches.submit(village, account=account, by=fellow_clerk, key=None, seen=seen(village))
    for verb in ("choose/", "save/", "remember/"):
        words = text(client.post(url(village, verb), mine | {"do": "add-all"}, follow=True))
        assert f"{fellow_clerk.display_name}已经提交了这批退费" in words
    assert kept(village) is None

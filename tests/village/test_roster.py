"""发放: the 签收表 of who was paid, who has signed, and what the member reads of it (domain.md N5)."""

import pytest

from pension.models import PensionRefund
from pension.village import handing_out
from refunds import actions
from tests.accounts.factories import UserFactory
from tests.pages import by_id, text, tree
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village
from tests.village.test_progress import URL, partly_paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(village, cast):
    batch = submit_batch(village, cast.clerk, people=4)
    batch.gone = partly_paid(batch, cast)
    return batch


def url(batch):
    return f"{URL}{batch.number}/roster/"


def words_of_member(client, line):
    client.force_login(UserFactory(person=line.payment.person))
    return text(by_id(tree(client.get("/pension/")), "rows"))


def test_it_names_who_was_paid_and_nobody_else(client, batch):
    words = text(client.get(url(batch)))
    left_out, returned, *paid = batch.gone
    assert all(line.payment.person.name in words for line in paid)
    assert not any(line.payment.person.name in words for line in (left_out, returned))
    assert "本页小计，2 人 400.00 大写 肆佰元整" in words


def test_each_sheet_has_its_own_sum_and_the_sum_so_far(cast):
    many = submit_batch(make_village(cast.clerk, people=25), cast.clerk)
    actions.approve(many.number, by=cast.reviewer)
    report(many.number, events=["paid"])
    first, second = handing_out.sheets_of(PensionRefund.objects.get(pk=many.pk))
    assert (len(first.lines), first.amount, first.so_far) == (20, 4000, 4000)
    assert (second.first, second.amount, second.so_far, second.capital_so_far) == (21, 1000, 5000, "伍仟元整")


def test_who_signed_is_ticked_and_the_member_reads_it(client, batch, cast):
    line, other = batch.gone[2:]
    assert "已登记 1 人签收" in text(client.post(url(batch), {"line": line.pk, "do": "sign"}, follow=True))
    assert "还有 1 人没有签收" in text(client.get(url(batch)))
    assert "村组已为您退费，已签收" in words_of_member(client, line)
    assert "已签收" not in words_of_member(client, other)
    client.force_login(cast.clerk)
    client.post(url(batch), {"line": line.pk, "do": "unsign"})
    assert "还有 2 人没有签收" in text(client.get(url(batch)))


def test_what_the_bank_takes_back_is_to_be_handed_out_anew(client, batch, cast):
    client.post(url(batch), {"do": "sign-all"})
    returned = {batch.gone[1].payment.ticket_number: "该人员已注销参保"}
    report(batch.number, events=["accepted", "paid", "bounced"], returned=returned, steps="in_order")
    assert text(client.get(url(batch))).count("退汇待重发") == 2
    assert "现在没有到账" in text(client.post(url(batch), {"do": "sign-all"}, follow=True))


def test_the_text_for_the_group_has_no_name_and_no_number(client, batch):
    said = handing_out.notice_of(PensionRefund.objects.select_related("collective").get(pk=batch.pk), 2)
    assert "还有 2 人没有签收" in said
    assert batch.number not in said
    assert said in text(client.get(url(batch)))


def test_who_is_still_without_money_is_one_click(client, batch):
    words = text(by_id(tree(client.get(f"{URL}{batch.number}/", {"outcome": "unpaid"})), "lines"))
    left_out, returned, *paid = batch.gone
    assert all(line.payment.person.name in words for line in (left_out, returned))
    assert not any(line.payment.person.name in words for line in paid)


def test_another_village_signs_for_nobody(client, batch):
    client.force_login(UserFactory(clerk=True))
    assert client.post(url(batch), {"do": "sign-all"}).status_code == 404

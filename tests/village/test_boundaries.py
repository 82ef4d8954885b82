"""What somebody with bad intentions, or bad luck, would try around a batch."""

import time
import uuid

import pytest

from foundation.numbers import fold
from pension import applications
from pension.models import PensionRefund
from pension.village import drafts
from pension.village.forms import initial_of
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.accounts.factories import PersonFactory, UserFactory
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import PaymentFactory, account_of, submitted
from tests.reports import report
from tests.village.batches import submit_batch, village_account
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(village, cast):
    return submit_batch(village, cast.clerk, people=4)


def member_page(client, line):
    person = line.payment.person
    client.force_login(person.accounts.first() or UserFactory(person=person))
    return text(by_id(tree(client.get("/pension/")), "rows"))


def test_whoever_was_left_out_or_returned_reads_that_and_not_that_the_batch_was_paid(client, batch, cast):
    left_out, returned, paid = batch.lines.order_by("pk")[:3]
    reason = RejectReason.objects.get(code="other")
    actions.leave_out(batch.number, by=cast.reviewer, lines=[left_out.pk], reason=reason, remark="无此人")
    actions.approve(batch.number, by=cast.reviewer)
    report(batch.number, events=["accepted", "paid"], returned={returned.payment.ticket_number: "已注销参保"})
    assert "税务退回" in member_page(client, left_out)
    assert "未通过" in member_page(client, left_out)
    assert "人社退回" in member_page(client, returned)
    assert "退费成功" in member_page(client, paid)


def test_a_member_neither_sees_nor_withdraws_the_villages_batch(client, batch):
    line = batch.lines.first()
    client.force_login(UserFactory(person=line.payment.person))
    for ask in (client.get, client.post):
        words = text(ask("/pension/withdraw/", {"payment": line.payment_id}))
        assert batch.number not in words
        assert "800.00" not in words
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPLIED


def test_a_member_does_not_decide_on_the_batch(batch, cast):
    member = UserFactory(reviewer=True, office=cast.county, person=batch.lines.first().payment.person)
    with pytest.raises(errors.NotAllowed):
        actions.approve(batch.number, by=member)


def test_a_clerk_of_the_village_does_not_decide_on_its_batch(batch, cast, fellow_clerk):
    officer = UserFactory(reviewer=True, office=cast.county, person=fellow_clerk.person)
    with pytest.raises(errors.NotAllowed):
        actions.approve(batch.number, by=officer)


def test_whoever_decided_does_not_choose_where_the_money_goes(batch, village, cast):
    actions.approve(batch.number, by=cast.reviewer)
    report(batch.number, events=["accepted", "bounced"])
    decider = UserFactory(clerk=True, organisation=cast.clerk.organisation, person=cast.reviewer.person)
    with pytest.raises(errors.NotAllowed):
        actions.correct_account(batch.number, by=decider, account=village_account(village))


def test_a_search_does_not_tell_whether_a_stranger_is_in_the_system(client, village, cast):
    stranger = PersonFactory()
    unknown = PersonFactory.build()
    answers = {
        client.post("/pension/village/", {"number": person.id_number.reveal("in a test")}).url
        for person in (stranger, unknown)
    }
    assert answers == {"/pension/village/?member=person-unknown"}


def test_after_a_move_the_pages_of_a_pane_are_still_pages(client, cast):
    client.force_login(cast.clerk)
    village = make_village(cast.clerk, people=45)
    htmx = {"hx-request": "true", "hx-target": "choice"}
    data = {"do": "add", "payment": [village.payments.first().pk]}
    moved = tree(client.post(f"/pension/village/{village.pk}/choose/", data, headers=htmx))
    links = find_all(moved, lambda tag, attrs: tag == "a" and "left_page=" in attrs.get("href", ""))
    assert client.get(links[0]["attrs"]["href"]).status_code == 200


@pytest.mark.parametrize("path", ["YL%00/", "YL%00/export/", "withdraw/?batch=%00"])
def test_a_nul_is_no_number(client, village, path):
    assert client.get(f"/pension/village/progress/{path}").status_code in (200, 404)


def test_a_form_in_another_charset_is_refused(client):
    body = b'--x\r\nContent-Disposition: form-data; name="account"\r\n\r\n+2AA-\r\n--x--\r\n'
    answer = client.post("/accounts/login/", body, content_type="multipart/form-data; boundary=x; charset=utf-7")
    assert answer.status_code == 400


def test_a_header_that_is_no_address_is_no_error(client):
    answer = client.get("/pension/", headers={"hx-request": "true", "hx-current-url": "http://[bad"})
    assert answer.status_code in (204, 302)


def test_no_text_takes_long_to_fold():
    started = time.process_time()
    fold("a" + "\u0315" * 100_000 + "\u0300" * 100_000)
    assert time.process_time() - started < 1


def test_a_used_form_does_not_apply_for_something_else(cast):
    user, key = cast.resident, uuid.uuid4()
    first, second = (PaymentFactory(person=user.person, office=cast.county, year=year) for year in (2019, 2020))
    account = account_of(user.person)
    made = applications.apply([first], account=account, by=user, key=key)
    assert applications.apply([first], account=account, by=user, key=key) == made
    with pytest.raises(errors.NotRefundable):
        applications.apply([second], account=account, by=user, key=key)


def test_a_remembered_phone_is_judged_like_a_typed_one(client, village, cast):
    drafts.add(village, by=cast.clerk)
    typed = {
        **{k: v for k, v in village_account(village).items() if k != "bank"},
        "bank": "103",
        "contact_phone": "abc",
    }
    client.post(f"/pension/village/{village.pk}/save/", typed)
    again = client.post(f"/pension/village/{village.pk}/save/", {**typed, "contact_phone": ""})
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("account_number", "6" + "2" * 31, "银行账号为 8 到 30 位数字"),
        ("account_name", "村" * 81, "请填写银行账户名称"),
        ("bank", "1030", "请选择银行类别"),
    ],
)
def test_what_is_too_long_is_never_cut_into_something_right(client, village, cast, field, wrong, sentence):
    """Typed, kept while she is away, and saved with the box as it is shown again."""
    drafts.add(village, by=cast.clerk)
    typed = {**village_account(village), "bank": "103"} | {field: wrong}
    client.post(f"/pension/village/{village.pk}/remember/", typed)
    shown = initial_of(drafts.of_payment(village)) | {"account_number": "", "contact_phone": ""}
    again = client.post(f"/pension/village/{village.pk}/save/", shown)
    assert again.status_code == 422
    assert sentence in text(again)
    assert "现在还不能提交" in text(client.post(f"/pension/village/{village.pk}/check/", follow=True))


def test_one_application_never_blocks_another_from_being_withdrawn(client, batch, cast):
    person = batch.lines.first().payment.person
    user = UserFactory(person=person)
    own = submitted(user, office=cast.county, year=2020)
    client.force_login(user)
    ticked = [batch.lines.first().payment_id, own.lines.get().payment_id]
    assert "撤销成功" in text(client.post("/pension/withdraw/", {"payment": ticked}, follow=True))

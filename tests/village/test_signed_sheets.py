"""The signed 签收表 comes back as a scan: sealed, replaced but never lost, and for nobody else (domain.md N5)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction

from foundation.paper import scans
from pension.models import PensionRefund
from pension.village import handing_out, signing
from pension.village.models import SignedSheet
from refunds import actions
from review.models import Disclosure
from tests.accounts.factories import UserFactory
from tests.pages import by_id, find_all, text, tree
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village
from tests.village.papers import JPG, PDF, PNG
from tests.village.test_progress import URL

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(client, cast):
    """Twenty-two people who have their money: two sheets."""
    client.force_login(cast.clerk)
    refund = submit_batch(make_village(cast.clerk, people=22), cast.clerk)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["paid"])
    return PensionRefund.objects.get(pk=refund.pk)


def send(client, batch, data=PDF, page="2", name="签收表.pdf", **more):
    given = {"page": page, **more} | ({"paper": SimpleUploadedFile(name, data)} if data is not None else {})
    return client.post(f"{URL}{batch.number}/signed/", given, follow=True)


def newest(page="2"):
    return SignedSheet.objects.filter(page=page).order_by("at", "id").last()


def paper_url(batch, sheet):
    return f"{URL}{batch.number}/signed/{sheet.pk}/"


@pytest.mark.parametrize(("data", "kind"), [(PDF, "pdf"), (JPG, "jpg"), (PNG, "png")])
def test_a_page_is_kept_and_comes_out_as_it_went_in(client, batch, data, kind):
    assert "已保存签好的签收表（第 2 页，2 人）" in text(send(client, batch, data, name="x.exe"))
    answer = client.get(paper_url(batch, newest()))
    assert answer.content == data
    assert answer["Content-Type"] == scans.KINDS[kind][2]
    assert answer["Content-Disposition"] == f'attachment; filename="{batch.number}-signed-2.{kind}"'
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")


def test_nothing_of_it_can_be_read_in_the_database(client, batch):
    send(client, batch)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM pension_signedsheet")
        assert PDF not in bytes(cursor.fetchone()[0])


def test_who_signed_is_ticked_along_with_it_only_when_she_says_so(client, batch):
    send(client, batch)
    assert handing_out.unsigned(batch) == 22
    assert "已登记 2 人签收" in text(send(client, batch, all_signed="on"))
    assert handing_out.unsigned(batch) == 20
    assert "全部，22 人" in text(send(client, batch, page="0"))


def test_a_newer_one_takes_its_place_and_the_old_one_stays(client, batch):
    send(client, batch)
    words = text(by_id(tree(send(client, batch, JPG)), "signed"))
    assert "以前上传的 1 份，已被替换" in words
    old, new = SignedSheet.objects.order_by("at", "id")
    assert (client.get(paper_url(batch, old)).content, client.get(paper_url(batch, new)).content) == (PDF, JPG)
    for change in (lambda: old.delete(), lambda: SignedSheet.objects.update(page=1)):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"MZ\x90\x00 a program", "不是 PDF、JPG 或 PNG"),
        (PDF[:20], "没有传完整"),
        (b"<html>%PDF-1.7 %%EOF", "不是 PDF、JPG 或 PNG"),
        (b"", "文件是空的"),
        (None, "请选择扫描或拍照的文件"),
        (b"%PDF-" + bytes(5 * 1024 * 1024) + b"%%EOF", "文件超过 5 MB"),
        (b"%PDF-" + bytes(7 * 1024 * 1024) + b"%%EOF", "文件超过 5 MB"),
    ],
    ids=["program", "cut", "page", "empty", "none", "large", "larger"],
)
def test_what_is_no_paper_is_turned_away_with_a_sentence(client, batch, data, why):
    answer = send(client, batch, data)
    assert answer.status_code == 422
    assert why in text(answer)
    assert not SignedSheet.objects.exists()


@pytest.mark.parametrize("page", ["3", "x", "-1", ""])
def test_only_a_page_that_there_is_can_be_sent(client, batch, page):
    assert send(client, batch, page=page).status_code == 422


def test_a_page_is_not_kept_without_end(client, batch, monkeypatch):
    monkeypatch.setattr(signing, "MOST", 1)
    send(client, batch)
    assert "已经上传过 1 次" in text(send(client, batch))
    assert SignedSheet.objects.count() == 1


def test_who_came_back_since_is_named_at_the_sheet_she_stands_on(client, batch):
    send(client, batch, page="0")
    line = batch.lines.select_related("payment__person").first()
    one = batch.lines.filter(pk=line.pk)
    one.update(outcome="returned", outcome_reason="账号已销户")
    words = text(by_id(tree(client.get(f"{URL}{batch.number}/roster/")), "signed"))
    one.update(
        outcome="paid", outcome_reason=""
    )  # what an agency restates has sums of its own, which are no matter here
    assert f"其中 1 人被银行退回：{line.payment.person.name}。" in words


def test_what_the_bank_took_back_is_told_apart_from_what_is_signed_anew(client, batch):
    send(client, batch, page="0")
    report(batch.number, events=["accepted", "paid", "bounced"], steps="in_order")
    words = text(by_id(tree(client.get(f"{URL}{batch.number}/roster/")), "signed"))
    assert "银行退汇以前发放时上传的 1 份" in words
    assert "全部 ，" not in words


def test_a_batch_without_its_money_takes_no_sheet(client, cast):
    client.force_login(cast.clerk)
    refund = submit_batch(make_village(cast.clerk, people=2), cast.clerk)
    assert "现在没有到账" in text(send(client, refund, page="0"))


def test_another_village_has_neither_the_page_nor_the_paper(client, batch):
    send(client, batch)
    sheet = newest()
    client.force_login(UserFactory(clerk=True))
    assert client.get(paper_url(batch, sheet)).status_code == 404
    assert send(client, batch).status_code == 404


def test_a_sheet_belongs_to_its_batch(client, batch, cast):
    send(client, batch)
    other = submit_batch(make_village(cast.clerk, people=1, year=2021), cast.clerk)
    assert client.get(paper_url(other, newest())).status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "countersigner", "auditor"])
def test_an_officer_of_the_area_opens_it_and_that_is_kept(client, batch, cast, role):
    send(client, batch)
    officer = getattr(cast, role)
    client.force_login(officer)
    case = tree(client.get(f"/review/{batch.number}/"))
    form = find_all(by_id(case, "papers"), lambda tag, _attrs: tag == "form")[0]
    answer = client.post(form["attrs"]["action"])
    assert (answer.content, answer["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert [(one.by, one.field, one.number) for one in Disclosure.objects.all()] == [(officer, "paper", batch.number)]
    assert "打开扫描的纸质材料" in text(client.get(f"/review/{batch.number}/"))


def test_an_officer_of_elsewhere_has_none(client, batch, cast):
    send(client, batch)
    client.force_login(cast.outsider)
    assert client.post(f"/review/{batch.number}/papers/{newest().pk}/").status_code == 404
    assert not Disclosure.objects.exists()

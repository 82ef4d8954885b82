"""申请回执 and 退费回执: the page, and its PDF opened and read back."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import Person, TaxOffice
from foundation.paper import qr
from refunds import actions
from refunds.inquiry import paper
from refunds.inquiry.codes import code_of, fits
from refunds_portal import pages
from tests.inquiry.papers import decided, pdf_of, words
from tests.medical.factories import submitted as medical
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import ACCOUNT, submitted
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village
from tests.village.test_progress import partly_paid

pytestmark = pytest.mark.django_db
# What a receipt is made of.
PARTS = {"h1", "h2", "p", "dt", "dd", "span"}


@pytest.fixture
def refund(client, cast):
    client.force_login(cast.resident)
    return submitted(cast.resident, office=cast.county)


def page_of(client, refund) -> str:
    return "".join(text(by_id(tree(client.get(f"/refunds/{refund.number}/receipt/")), "main")).split())


def test_the_list_of_receipts_says_what_each_of_them_says(client, cast):
    batch = submit_batch(make_village(cast.clerk, people=4), cast.clerk)
    partly_paid(batch, cast)
    client.force_login(cast.clerk)
    assert "400.00元" in page_of(client, batch)
    row = text(by_id(tree(client.get("/user-center/")), "papers"))
    assert "400.00 退费回执" in row
    assert "800.00" not in row


def test_a_list_that_does_not_hold_all_receipts_says_where_the_others_are(client, refund, cast, monkeypatch):
    monkeypatch.setattr(pages, "RECEIPTS", 1)
    decided(refund, cast, "accepted", "paid")
    assert "只列最近的" not in text(client.get("/user-center/"))
    decided(submitted(cast.resident, office=cast.county, year=2018), cast, "accepted", "paid")
    assert "只列最近的 1 份" in text(client.get("/user-center/"))


def test_the_pdf_is_one_page_of_a4_and_says_what_an_applicant_needs(client, refund, cast):
    pdf = pdf_of(client, refund)
    assert [(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pdf.pages] == [(595, 842)]
    said = words(pdf)
    person = cast.resident.person
    wanted = ["退费申请回执", refund.number, person.name, str(person.id_number), "1,000.00元", "壹仟元整", "尾号0018"]
    wanted += [
        "2019-01-01—2019-12-31",
        "楚税通",
        cast.county.name,
        f"参考时限{refund.due_on}前",
        "银行退付",
        "第1页，共1页",
    ]
    assert [one for one in wanted if "".join(one.split()) not in said] == []


def test_the_pdf_says_what_the_page_says(client, refund, cast):
    decided(refund, cast, "accepted", "bounced")
    said = words(pdf_of(client, refund))
    main = by_id(tree(client.get(f"/refunds/{refund.number}/receipt/")), "main")
    parts = ["".join(text(part).split()) for part in find_all(main, lambda tag, _attrs: tag in PARTS)]
    assert len(parts) > 35
    assert [part for part in parts if part not in said] == []


def test_its_code_verifies_and_its_qr_code_leads_to_the_page_that_does(client, refund):
    code = re.search(r"验证码([0-9A-Z-]{14})", words(pdf_of(client, refund)))[1]
    assert fits(refund.number, code)
    page = tree(client.get(f"/refunds/{refund.number}/receipt/"))
    (path,) = find_all(page, lambda tag, attrs: tag == "path" and len(attrs.get("d", "")) > 1000)
    address = f"http://testserver/inquiry/receipt/?number={refund.number}&code={code}"
    assert path["attrs"]["d"] == qr.drawn(address)["path"]
    scanned = client.get(address.removeprefix("http://testserver"))
    boxes = find_all(tree(scanned), lambda tag, attrs: tag == "input" and attrs.get("name") in ("number", "code"))
    assert [box["attrs"]["value"] for box in boxes] == [refund.number, code]


def test_no_full_number_is_on_it(client, refund, cast):
    said = words(pdf_of(client, refund))
    assert ACCOUNT not in said
    assert cast.resident.person.id_number.reveal("in a test") not in said


def test_money_that_has_come_has_a_receipt_of_its_own(client, refund, cast):
    decided(refund, cast, "accepted", "paid")
    said = words(pdf_of(client, refund))
    assert all(part in said for part in ("城乡居民社会保险费退费回执", "退费日期", "银行已退到收款账户"))
    assert "申请回执" not in said
    assert "打印退费回执" in text(client.get(f"/refunds/{refund.number}/")).replace(" ", "")
    assert reverse("refunds:receipt", args=[refund.number]) in client.get("/user-center/").content.decode()


@pytest.mark.parametrize("events", [["accepted", "bounced"], ["accepted", "paid", "bounced"]])
def test_a_bounced_refund_says_so(client, refund, cast, events):
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=events, steps="in_order")
    said = words(pdf_of(client, refund))
    assert all(part in said for part in ("申请回执", "退付失败", "没有到账", "户名不符", "更正账户后重新退付"))
    assert "银行已退到收款账户" not in said
    assert "没有到账" in page_of(client, refund)


def test_what_was_withdrawn_says_so(client, refund, cast):
    actions.withdraw(refund.number, by=cast.resident)
    assert "申请人已撤销这笔申请" in words(pdf_of(client, refund))


def test_a_medical_refund_has_one(client, cast):
    client.force_login(cast.resident)
    said = words(pdf_of(client, medical(cast.resident, office=cast.county)))
    assert all(part in said for part in ("城乡居民医疗保险", "参保年度2024", "叁佰捌拾元整", "医保核验"))


def test_a_villages_batch_has_one(client, cast):
    client.force_login(cast.clerk)
    batch = submit_batch(make_village(cast.clerk, people=3), cast.clerk)
    pdf = pdf_of(client, batch)
    assert len(pdf.pages) == 1
    organisation = cast.clerk.organisation
    assert all(one in words(pdf) for one in (organisation.name, organisation.social_number, "退费人数3人", "陆佰元整"))


# domain.md B6
@pytest.mark.parametrize("name", ["䶮", "𬭎", "𠮷", "买买提·阿不都热合曼·吐尔逊"])
def test_a_rare_character_is_printed(client, refund, name):
    Person.objects.filter(pk=refund.applicant_id).update(name=name)
    said = words(pdf_of(client, refund))
    assert name in said
    assert "〓" not in said


def test_a_character_that_the_font_lacks_is_said_to_be_missing(client, refund):
    Person.objects.filter(pk=refund.applicant_id).update(name="刘𪚥兰")
    said = words(pdf_of(client, refund))
    assert "刘〓兰" in said
    assert "本页的“〓”是字库里没有的字（U+2A6A5），以证件上的字为准" in said


@pytest.mark.breaks_on_purpose
def test_what_is_longest_still_fits_on_one_page(client, refund, cast):
    decided(refund, cast, "accepted", "bounced")
    type(refund).objects.update(
        account_name="长" * 80, bank_name="银" * 40, agency_reason="由" * 200, amount="9876543210.98"
    )
    Person.objects.filter(pk=refund.applicant_id).update(name="𪚥" * 80)
    TaxOffice.objects.filter(pk=refund.office_id).update(name="局" * 80)
    assert len(pdf_of(client, refund).pages) == 1


def test_nothing_typed_is_read_as_markup(client, refund):
    evil = '#import "x" $x$ *b* <i> "'
    Person.objects.filter(pk=refund.applicant_id).update(name=evil)
    assert "".join(evil.split()) in words(pdf_of(client, refund))


def test_where_no_pdf_can_be_made_the_page_says_what_to_do(client, refund, monkeypatch):
    monkeypatch.setattr(paper, "TEMPLATE", Path("nowhere.typ"))
    answer = client.get(f"/refunds/{refund.number}/receipt.pdf", follow=True)
    assert answer.status_code == 200
    assert "现在生成不了 PDF。请点【打印】打印这一页" in text(answer)
    assert code_of(refund.number) in text(answer)


def test_somebody_elses_does_not_exist(client, refund, cast):
    client.force_login(cast.stranger)
    for page in ("receipt/", "receipt.pdf"):
        assert client.get(f"/refunds/{refund.number}/{page}").status_code == 404


def test_it_costs_a_fixed_number_of_queries(client, refund, django_assert_num_queries):
    client.get(f"/refunds/{refund.number}/receipt.pdf")
    with django_assert_num_queries(4):
        client.get(f"/refunds/{refund.number}/receipt.pdf")


def test_a_paper_never_says_that_nobody_applied(client, cast):
    """The manual's 人社处理状态 of a batch that waits for its decision is 未申请."""
    client.force_login(cast.clerk)
    said = words(pdf_of(client, submit_batch(make_village(cast.clerk, people=3), cast.clerk)))
    assert "打印时状态税务审核" in said
    assert "未申请" not in said

"""Receipts as their holder has them: the file that was downloaded, read back."""

from io import BytesIO

from pypdf import PdfReader

from refunds import actions
from tests.reports import report


def read(response) -> PdfReader:
    """The PDF of an answer."""
    assert response.headers["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(response.content))


def words(pdf: PdfReader) -> str:
    """Everything on it, without spaces and line breaks, which a PDF does not keep."""
    return "".join("".join(page.extract_text() for page in pdf.pages).split())


def pdf_of(client, refund) -> PdfReader:
    """The receipt that the signed-in client downloads."""
    return read(client.get(f"/refunds/{refund.number}/receipt.pdf"))


def decided(refund, cast, *events):
    """Passed, and then what the agency said."""
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=events)

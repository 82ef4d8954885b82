"""预览: the row one is at, beside the list; the plain link stays the way to the case."""

import pytest

from review.models import Watching
from tests.pages import find_all, text, tree
from tests.pension.factories import submitted
from tests.review.desk import signed_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "peek"}


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


def test_it_says_what_decides_whether_one_opens_it_and_shows_no_full_number(cast, refund):
    page = signed_in(cast.reviewer).get(f"/review/{refund.number}/peek/", headers=HTMX)
    words = text(page)
    assert all(
        part in words
        for part in (refund.number, "1,000.00", "还剩", "养老 2019", "请核对" if refund.warnings else "全部通过")
    )
    assert str(refund.applicant.id_number) in words
    assert refund.applicant.id_number.reveal("in a test") not in page.content.decode()


def test_looking_beside_the_list_is_not_having_it_open(cast, refund):
    signed_in(cast.reviewer).get(f"/review/{refund.number}/peek/", headers=HTMX)
    assert not Watching.objects.exists()


def test_each_row_keeps_its_plain_link_and_knows_its_preview(cast, refund):
    page = tree(signed_in(cast.reviewer).get("/review/"))
    (link,) = find_all(page, lambda tag, attrs: tag == "a" and attrs.get("href") == f"/review/{refund.number}/")
    assert link["attrs"]["hx-get"] == f"/review/{refund.number}/peek/"


def test_alone_it_is_the_case(cast, refund):
    assert signed_in(cast.reviewer).get(f"/review/{refund.number}/peek/").url == f"/review/{refund.number}/"

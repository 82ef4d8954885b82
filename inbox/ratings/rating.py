"""评价: once for each application, after it is done, and counted with it."""

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from inbox.ratings.models import Rating
from refunds.models import RefundApplication
from refunds.states import FINAL

# Two at once wait for each other for as long as a row is written; nobody reads meanwhile what is half counted.
COUNT = """
    INSERT INTO inbox_ratingcount (office_id, scheme, month, grade, count) VALUES (%s, %s, %s, %s, 1)
    ON CONFLICT (office_id, scheme, month, grade) DO UPDATE SET count = inbox_ratingcount.count + 1"""


class CannotRate(Exception):
    """Why it was not taken, as a sentence for the page."""


def may_be_rated(refund: RefundApplication) -> bool:
    """Once nobody has to do anything about it any more."""
    return refund.refund_status in FINAL and not refund.disputed


def of(refund: RefundApplication) -> Rating | None:
    """What was said of it, if anything."""
    return Rating.objects.filter(number=refund.number).first()


@transaction.atomic
def rate(refund: RefundApplication, *, by: User, grade: int, words: str) -> Rating:
    """Keep it and count it. Raises CannotRate."""
    if not may_be_rated(refund):
        raise CannotRate("这笔申请还没有办完，办完后可以评价。")
    assert refund.number, "what is done was submitted"
    try:
        with transaction.atomic():
            given = Rating.objects.create(number=refund.number, office=refund.office, by=by, grade=grade, words=words)
    except IntegrityError:
        raise CannotRate("这笔申请已经评价过，每笔申请评价一次。") from None
    with connection.cursor() as cursor:
        month = timezone.localdate().replace(day=1)
        cursor.execute(COUNT, [refund.office_id, refund.scheme_code, month, grade])
    return given

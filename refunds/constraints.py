"""What the database refuses of any application, whatever the code does (design.md section 3).

`%(class)s` is the model of the scheme; a scheme adds constraints of its own.
"""

from django.db import models
from django.db.models import Q

from refunds.states import ALLOWED, RefundStatus, ReviewStatus

CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(
        name="%(class)s_states_fit_together",
        condition=Q(*(Q(refund_status=r, review_status=v, review_result=w) for r, v, w in ALLOWED), _connector=Q.OR),
    ),
    models.CheckConstraint(
        name="%(class)s_amount_is_positive",
        condition=Q(amount__gt=0) | Q(amount=0, review_status=ReviewStatus.DRAFT),
    ),
    models.CheckConstraint(
        name="%(class)s_belongs_to_person_or_village",
        condition=Q(applicant__isnull=False, organisation=None) | Q(applicant=None, organisation__isnull=False),
    ),
    models.CheckConstraint(
        name="%(class)s_rejection_has_a_reason",
        condition=Q(refund_status=RefundStatus.TAX_RETURNED, reject_reason__isnull=False)
        | (~Q(refund_status=RefundStatus.TAX_RETURNED) & Q(reject_reason=None)),
    ),
    models.CheckConstraint(
        name="%(class)s_is_complete_once_submitted",
        condition=Q(review_status=ReviewStatus.DRAFT, submitted_at=None, number=None, due_on=None)
        | (
            ~Q(review_status=ReviewStatus.DRAFT)
            & Q(submitted_at__isnull=False, number__isnull=False, submission_key__isnull=False)
            & Q(account_number__isnull=False, account_index__isnull=False, contact_phone__isnull=False)
            & ~Q(account_name="")
            & Q(due_on__isnull=False, year__isnull=False)
        ),
    ),
]

"""Deltas of numbers that pages show. Written by triggers, folded by a job, changed by nobody."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import TaxOffice
from refunds.states import Queue


class Measure(models.TextChoices):
    """What is counted. Each queue counts what stands in it now, by the day on which it is due; the rest counts by day."""

    REVIEW = Queue.REVIEW.value, Queue.REVIEW.label
    COUNTERSIGN = Queue.COUNTERSIGN.value, Queue.COUNTERSIGN.label
    AGENCY = Queue.AGENCY.value, Queue.AGENCY.label
    CORRECTION = Queue.CORRECTION.value, Queue.CORRECTION.label
    DISPUTED = Queue.DISPUTED.value, Queue.DISPUTED.label
    RECEIVED = "received", "收件"
    PASSED = "passed", "通过"
    REJECTED = "rejected", "不通过"
    WITHDRAWN = "withdrawn", "撤销"
    # 办结 by the day of the decision; the bucket is how many days it took.
    DECIDED = "decided", "办结"
    # Undecided, or ended, after it was due: by the day it was due, and by the day it ended.
    LATE = "late", "超期"
    LATE_ENDED = "late_ended", "超期后办结"
    PAID = "paid", "退费成功"
    FAILED = "failed", "退付失败"
    RETURNED = "returned", "社保部门退回"


class Flag(models.IntegerChoices):
    """What a row of a queue is narrowed by, as bits of its bucket."""

    BATCH = 1
    AGAIN = 2
    WARNINGS = 4
    UNDECIDED = 8
    PAUSED = 16


class Number(models.Model):
    """`number` applications of `amount` yuan under one key."""

    # No constraints: the applications themselves have them, and a decision must wait for nobody here.
    office = models.ForeignKey(TaxOffice, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    scheme = models.CharField(max_length=20)
    measure = models.CharField(max_length=12, choices=Measure)
    day = models.DateField()
    bucket = models.IntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True)
    number = models.IntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    IMPERSONAL = "id office scheme measure day bucket reason number amount"

    class Meta:
        abstract = True


class Tally(Number):
    """So many more, or fewer."""

    # Who decided, or in a queue who took it.
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    folded = models.BooleanField(default=False)

    PERSONAL = {"officer": "how many cases an officer has and decides"}
    IMPERSONAL = "folded"

    class Meta:
        indexes = [
            models.Index(
                fields=["office", "measure", "day"],
                include=["scheme", "officer", "bucket", "reason", "number", "amount"],
                name="tally_of_office",
            ),
            models.Index(fields=["id"], condition=Q(folded=False), name="tally_loose"),
        ]


class AreaTally(Number):
    """Of all offices beneath `office`, without its own: the sums of what is folded, whoever decided, so that a province is not
    added up anew for everybody who looks. What is not folded yet is added by whoever reads (`refunds.tallies.areas`)."""

    class Meta:
        indexes = [
            models.Index(
                fields=["office", "measure", "day"],
                include=["scheme", "bucket", "reason", "number", "amount"],
                name="tally_of_area",
            )
        ]

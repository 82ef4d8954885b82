"""What comparing our books with an agency's gave, day by day."""

from django.db import models


class Reconciliation(models.Model):
    """对账: one run for an agency and a day (Asia/Shanghai). Amounts in yuan. Holds no personal data."""

    agency = models.CharField(max_length=20)
    day = models.DateField()
    at = models.DateTimeField(auto_now_add=True)
    # Empty when the agency gave its list; otherwise why not.
    no_answer = models.CharField(max_length=200, blank=True)
    approved_count = models.PositiveIntegerField("审核通过笔数", default=0)
    approved_amount = models.DecimalField("审核通过金额", max_digits=12, decimal_places=2, default=0)
    delivered_count = models.PositiveIntegerField("已移交笔数", default=0)
    delivered_amount = models.DecimalField("已移交金额", max_digits=12, decimal_places=2, default=0)
    paid_count = models.PositiveIntegerField("我方已退付笔数", default=0)
    paid_amount = models.DecimalField("我方已退付金额", max_digits=12, decimal_places=2, default=0)
    their_paid_count = models.PositiveIntegerField("对方已退付笔数", default=0)
    their_paid_amount = models.DecimalField("对方已退付金额", max_digits=12, decimal_places=2, default=0)
    differences = models.PositiveIntegerField("差异笔数", default=0)

    IMPERSONAL = (
        "id agency day at no_answer approved_count approved_amount delivered_count delivered_amount paid_count paid_amount"
        " their_paid_count their_paid_amount differences"
    )

    class Meta:
        indexes = [models.Index(fields=["-day", "-id"])]

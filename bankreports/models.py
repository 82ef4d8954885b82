"""Where money goes. The 存款账户账号报告 itself is not built yet; the bank code table is, because every refund needs it."""

from django.db import models


class Bank(models.Model):
    """银行行别 (CNAPS bank class, table DM_GY_YHHB; domain.md B2). `verified` marks codes seen on a real bank number."""

    code = models.CharField("银行行别代码", max_length=3, primary_key=True)
    name = models.CharField("银行行别", max_length=40)
    short_name = models.CharField("银行类别", max_length=20)
    verified = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self):
        return self.name

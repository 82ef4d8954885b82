"""The codes of the deposit account report that never change; those that may are tables (domain.md B1–B4)."""

from django.db import models


class Operation(models.TextChoices):
    """操作类型 of a record (M1-07, M2-09)."""

    ADD = "add", "新增"
    CHANGE = "change", "变更"
    CLOSE = "close", "注销"


class ReportStatus(models.TextChoices):
    """暂存 is a draft that no refund can use; 提交 makes it usable (I-25)."""

    DRAFT = "draft", "暂存"
    SUBMITTED = "submitted", "已提交"


class Currency(models.TextChoices):
    """币种 (domain.md B3)."""

    CNY = "156", "人民币元"
    USD = "840", "美元"
    EUR = "978", "欧元"


# What an account is marked for: field → words. Of each owner's accounts at most one has each mark (domain.md B1).
FLAGS = {
    "pays_tax": "首选缴税账户标识",
    "takes_refund": "一般退税账户标识",
    "takes_export_refund": "出口退税账户标识",
}

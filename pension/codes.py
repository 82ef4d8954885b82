"""The codes of the pension ledger, with the words that the feed and the pages use for them."""

from django.db import models

# What a label calls the agency that these refunds go to.
AGENCY = "人社"


class PaymentType(models.TextChoices):
    """缴费类型 (P3-22)."""

    PERSONAL = "personal", "个人缴费"
    COLLECTIVE = "collective", "村集体补助"
    HARDSHIP = "hardship", "特殊人群代缴"


class ArrivalStatus(models.TextChoices):
    """到账状态: whether the payment is booked at HRSS (P1-11)."""

    NOT_ARRIVED = "not_arrived", "未到账"
    ARRIVED = "arrived", "已到账"
    ABNORMAL = "abnormal", "异常"


# Only these may be applied for by the resident (P1-11).
APPLICABLE = (ArrivalStatus.NOT_ARRIVED, ArrivalStatus.ABNORMAL)


class AccountType(models.TextChoices):
    """账户类型 (P2-06). A 社保卡 is a bank card once its owner has opened the account on it."""

    CARD = "card", "银行卡"
    SOCIAL = "social", "社保卡"
    PASSBOOK = "passbook", "存折"

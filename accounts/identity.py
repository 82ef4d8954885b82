"""证件类型 and the numbers that belong to them (domain.md B3, B6)."""

import re

from django.db import models

from foundation import crypto
from foundation.numbers import id_number_problem


class IdType(models.TextChoices):
    """证件类型 of residents, by the e-tax code table (domain.md B3)."""

    RESIDENT = "201", "居民身份证"
    FOREIGN_PASSPORT = "208", "外国护照"
    HK_MACAO_PASS = "210", "港澳居民来往内地通行证"
    TAIWAN_PASS = "213", "台湾居民来往大陆通行证"
    CHINESE_PASSPORT = "227", "中国护照"
    PERMANENT_RESIDENCE = "233", "外国人永久居留身份证"
    HK_MACAO_PERMIT = "237", "港澳居民居住证"
    TAIWAN_PERMIT = "238", "台湾居民居住证"
    BIRTH_CERTIFICATE = "291", "出生医学证明"
    OTHER = "299", "其他个人证件"


# These carry a number built by GB 11643.
CHECKED_TYPES = frozenset({IdType.RESIDENT, IdType.HK_MACAO_PERMIT, IdType.TAIWAN_PERMIT})


def document_problem(id_type: str, number: str) -> str:
    """Like `id_number_problem`, for any 证件类型."""
    if id_type in CHECKED_TYPES:
        return id_number_problem(number)
    if not re.fullmatch(r"[0-9A-Z()]{5,30}", number):
        return "证件号码应为 5 到 30 位数字或字母。请核对后重新输入。"
    return ""


def id_index(id_type: str, number: str) -> bytes:
    """Blind index of a folded document number. One that is built by GB 11643 is one person's, whatever 证件类型 anybody says."""
    if id_type != IdType.RESIDENT and len(number) == 18 and not id_number_problem(number):
        id_type = IdType.RESIDENT
    return crypto.blind_index(f"{id_type}:{number}", purpose="id_number")

"""申请单号: scheme prefix, date, six digits of one sequence, and a check digit against slips on the phone."""

from django.db import connection
from django.utils import timezone

from foundation.numbers import check_digit

SEQUENCE = "refunds_number"


def next_number(prefix: str) -> str:
    """For example `YL202611210000128`: YL + 2026-11-21 + 000012 + check digit 8."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [SEQUENCE])
        sequence = cursor.fetchone()[0]
    digits = f"{timezone.localdate():%Y%m%d}{sequence:06d}"
    return f"{prefix}{digits}{check_digit(digits)}"

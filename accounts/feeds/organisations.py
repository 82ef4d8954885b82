"""The feed of villages and units: 村组(单位). Its key is 单位社保号."""

import re

from django.dispatch import Signal

from accounts.feeds import deciding, offices
from accounts.models import Organisation
from foundation import numbers
from foundation.feeds import cells
from foundation.feeds.errors import Refusal
from foundation.feeds.feed import Feed, Row
from foundation.feeds.staging import Stage

NAME, TAX_NUMBER, SOCIAL_NUMBER = "单位名称", "缴费人税号", "单位社保号"
KIND, DIVISION, OFFICE = "单位类型", "行政区划代码", "税务机关代码"

# GB 32100: 31 characters (no I O Z S V), weights 3^i mod 31. Own check, because `stdnum.cn.uscc` refuses N2…, the class
# of village collectives (domain.md B6).
USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_name = cells.name(NAME, 100)
_tax_code = cells.code(TAX_NUMBER, 20, shortest=6)
_social_number = cells.code(SOCIAL_NUMBER, 20)
_kind = cells.name(KIND, 30)
_division = cells.code(DIVISION, 6, shortest=6, digits=True)
_office = cells.code(OFFICE, 11, shortest=11, digits=True)


def uscc_check_character(first_17: str) -> str:
    """The 18th character of a 统一社会信用代码 (GB 32100). Raises `ValueError` for a character outside its alphabet."""
    total = sum(USCC_CHARACTERS.index(character) * pow(3, place, 31) for place, character in enumerate(first_17))
    return USCC_CHARACTERS[-total % 31]


def tax_number(text: str) -> str:
    """缴费人税号: of 18 characters a USCC (or a resident number, of the self-employed); old ones as they are."""
    value = _tax_code(text)
    if len(value) == 18 and numbers.id_number_problem(value) and not _is_uscc(value):
        raise Refusal("18 位的缴费人税号应为统一社会信用代码，最后一位与前面的字符对不上。请对照证照逐位核对")
    return value


def _is_uscc(value: str) -> bool:
    return bool(re.fullmatch(f"[{USCC_CHARACTERS}]{{18}}", value)) and uscc_check_character(value[:17]) == value[17]


class OrganisationFeed(Feed):
    """Villages and units, under an office the portal knows. A known one is updated."""

    name = "村组(单位)"
    columns = (NAME, TAX_NUMBER, SOCIAL_NUMBER, KIND, DIVISION, OFFICE)
    stage = {
        "name": "text",
        "tax_number": "text",
        "social_number": "text",
        "kind": "text",
        "division": "text",
        "office_id": "text",
    }

    def parse(self, row: Row) -> tuple[str | None, ...]:
        return (
            row.take(NAME, _name),
            row.take(TAX_NUMBER, tax_number),
            row.take(SOCIAL_NUMBER, _social_number),
            row.take(KIND, _kind),
            row.take(DIVISION, _division),
            row.take(OFFICE, _office),
        )

    def check(self, stage: Stage) -> None:
        stage.refuse(OFFICE, offices.UNKNOWN)
        stage.refuse_repeated(SOCIAL_NUMBER, "social_number")

    def write(self, stage: Stage) -> tuple[int, int]:
        stage.cursor.execute(MOVING)
        moving = [social_number for (social_number,) in stage.cursor.fetchall()]
        stage.cursor.execute(UPDATE_CHANGED)
        updated = stage.cursor.rowcount
        stage.cursor.execute(ADD_NEW)
        added = stage.cursor.rowcount
        if moving:
            organisations_moved.send(sender=Organisation, organisations=moving)
        self._notes = deciding.notes(stage, before_staff="")
        return added, updated

    @property
    def notes(self) -> list[str]:
        return self._notes


# Another tax office is theirs from now on, and what they asked for goes along. Sent inside the transaction of the load, with
# `organisations`, their social numbers.
organisations_moved = Signal()
MOVING = """
    SELECT o.social_number FROM accounts_organisation o JOIN feed_stage s USING (social_number)
    WHERE o.office_id <> s.office_id"""


UPDATE_CHANGED = """
    UPDATE accounts_organisation o SET (name, tax_number, kind, division, office_id)
        = ROW(s.name, s.tax_number, s.kind, s.division, s.office_id) FROM feed_stage s
    WHERE o.social_number = s.social_number AND (o.name, o.tax_number, o.kind, o.division, o.office_id)
        IS DISTINCT FROM (s.name, s.tax_number, s.kind, s.division, s.office_id)"""
ADD_NEW = """
    INSERT INTO accounts_organisation (social_number, name, tax_number, kind, division, office_id)
    SELECT social_number, name, tax_number, kind, division, office_id FROM feed_stage s
    WHERE NOT EXISTS (SELECT FROM accounts_organisation o WHERE o.social_number = s.social_number) ORDER BY line"""

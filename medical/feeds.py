"""The feed of medical payments: 医保缴费记录 (design.md section 6). Its key is 票证号码; enrolments come with it."""

import re
from decimal import Decimal

from django.utils import timezone

from accounts.feeds import deciding, offices, persons
from foundation.feeds import cells, ledger
from foundation.feeds.errors import Refusal
from foundation.feeds.feed import Feed, Row
from foundation.feeds.ledger import listed
from foundation.feeds.staging import REPEATED, Stage
from medical import corrections
from refunds import actions
from refunds.records import feeding

ENROLMENT = ("person_id", "agency_code", "social_number")
COLUMNS = (
    *("year", "medical_amount", "care_amount", "period_start", "period_end"),
    *("item_name", "paid_on", "channel", "office_id"),
)

FIRST_YEAR = 2010

_agency_name = cells.name("社保经办机构名称", 80)
_agency_code = cells.code("社保经办机构代码", 20, repeating=True)
_social_number = cells.code("社保编码", 30)
_item_name = cells.name("征收项目名称", 60)
_office = cells.code("税务机关代码", 11, shortest=11, digits=True, repeating=True)


def _care_amount(text: str) -> Decimal | None:
    """长护金额 in yuan; None where it is not collected, which is written empty or 0. Raises `Refusal`."""
    if re.fullmatch(r"(0+(\.0{1,2})?)?", cells.compact(text)):
        return None
    try:
        return cells.amount(text)
    except Refusal as refusal:
        raise Refusal(f"{refusal}。没有收取长护的，应为空或 0") from None


class PaymentFeed(Feed):
    """Payments, who paid them and where one is enrolled.

    A known ticket that says something else is a correction, and what it touches is told. An agency has one name, whoever is
    enrolled there: that of the newest file, and in a file that of its last good row, as with phones.
    """

    name = "医疗缴费"
    columns = (
        *persons.COLUMNS,
        *("社保经办机构名称", "社保经办机构代码", "社保编码", "参保年度", "票证号码", "征收项目名称", "医疗金额"),
        *("长护金额", "费款所属期起", "费款所属期止", "缴费发生日期", "缴费渠道", "税务机关代码"),
    )
    optional = (*feeding.OPTIONAL, persons.DECEASED)
    stage = {
        **persons.STAGE,
        **feeding.STAGE,
        "agency_name": "text",
        "agency_code": "text",
        "social_number": "text",
        "year": "smallint",
        "ticket_number": "text",
        "item_name": "text",
        "medical_amount": "numeric(12, 2)",
        "care_amount": "numeric(12, 2)",
        "period_start": "date",
        "period_end": "date",
        "paid_on": "date",
        "channel": "text",
        "office_id": "text",
    }

    def __init__(self):
        self._today = timezone.localdate()
        self._year = cells.whole("参保年度", FIRST_YEAR, self._today.year + 1)

    def begin(self, stage: Stage) -> None:
        self._people = persons.Persons(stage)
        feeding.begin(stage)
        stage.table("feed_agency", {"agency_code": "text PRIMARY KEY", "agency_name": "text"})

    def parse(self, row: Row) -> tuple:
        values = (
            *feeding.take(row),
            row.take("社保经办机构名称", _agency_name),
            row.take("社保经办机构代码", _agency_code),
            row.take("社保编码", _social_number),
            row.take("参保年度", self._year),
            row.take(ledger.TICKET, ledger.ticket_number),
            row.take("征收项目名称", _item_name),
            feeding.amount(row, "医疗金额"),
            row.take("长护金额", _care_amount),
            *ledger.days(row, "费款所属期起", "费款所属期止", "缴费发生日期", today=self._today),
            row.take("缴费渠道", ledger.channel),
            row.take("税务机关代码", _office),
        )
        return self._people.sight(row), values

    def complete(self, stage: Stage, rows: list[Row]) -> list[tuple]:
        found = self._people.resolve(stage, [row.values[0] for row in rows])
        return [(*person, *row.values[1]) for person, row in zip(found, rows, strict=True)]

    def check(self, stage: Stage) -> None:
        self._people.adopt(stage)
        stage.refuse("税务机关代码", offices.UNKNOWN)
        stage.refuse("社保编码", OTHER_PERSON)
        feeding.check(stage, "medical_payment")
        stage.drop_refused()
        while _refuse_second(stage):
            stage.drop_refused()

    def write(self, stage: Stage) -> tuple[int, int]:
        self._people.write(stage)
        for statement in (LAST_AGENCY_NAMES, RENAME_AGENCIES, ADD_ENROLMENTS):
            stage.cursor.execute(statement)
        feeding.replace(stage, "medical_payment")
        stage.cursor.execute(FOLLOW)
        updated = stage.cursor.rowcount
        newest = stage.newest("medical_payment")
        stage.cursor.execute(ADD_NEW)
        added = stage.cursor.rowcount
        feeding.end_replaced(stage, "medical_payment")
        corrections.follow(stage, newest=newest)
        actions.follow_deaths(self._people.deaths)
        self._notes = [*self._people.notes, *deciding.notes(stage), *feeding.notes(stage, "medical_payment")]
        return added, updated

    @property
    def notes(self):
        return self._notes


def _refuse_second(stage: Stage) -> int:
    """Refuse what contradicts an earlier row that surely goes in. Returns how often; to be repeated until that is 0.

    A row may come second by its ticket or by its 社保编码, and one that is refused for the one must not stand in the
    way of a third row for the other: the next load of the file would let that one in.
    """
    stage.refuse("社保编码", OTHER_PERSON_IN_FILE)
    found = stage.cursor.rowcount
    stage.refuse(ledger.TICKET, SAME_TICKET)
    return found + stage.cursor.rowcount


OTHER_PERSON = """
    SELECT s.line, '系统中这个社保编码在该经办机构登记的是另一个人。请核对社保编码和证件号码是否属于同一个人'
    FROM feed_stage s JOIN medical_enrolment e USING (agency_code, social_number) WHERE e.person_id <> s.person_id"""
_FIRST = """
    WITH placed AS (
        SELECT line, person_id, first_value(line) OVER of_ticket AS ticket_line,
            first_value(line) OVER of_enrolment AS enrolment_line, first_value(person_id) OVER of_enrolment AS owner_id
        FROM feed_stage
        WINDOW of_ticket AS (PARTITION BY ticket_number ORDER BY line),
            of_enrolment AS (PARTITION BY agency_code, social_number ORDER BY line)
    ), first AS (SELECT line FROM placed WHERE line = ticket_line AND person_id = owner_id)"""
OTHER_PERSON_IN_FILE = f"""{_FIRST}
    SELECT line, format('本文件第 %%s 行有同一经办机构的同一社保编码，却是另一个人的。'
        '请核对社保编码和证件号码是否属于同一个人', enrolment_line)
    FROM placed WHERE person_id <> owner_id AND enrolment_line IN (SELECT line FROM first)"""
SAME_TICKET = f"""{_FIRST}
    SELECT line, format('{ledger.TICKET}{REPEATED}', ticket_line)
    FROM placed WHERE line > ticket_line AND ticket_line IN (SELECT line FROM first)"""
LAST_AGENCY_NAMES = """
    INSERT INTO feed_agency
    SELECT DISTINCT ON (agency_code) agency_code, agency_name FROM feed_stage ORDER BY agency_code, line DESC"""
RENAME_AGENCIES = """
    UPDATE medical_enrolment e SET agency_name = a.agency_name FROM feed_agency a
    WHERE e.agency_code = a.agency_code AND e.agency_name <> a.agency_name"""
ADD_ENROLMENTS = f"""
    INSERT INTO medical_enrolment ({listed(ENROLMENT)}, agency_name)
    SELECT {listed(ENROLMENT, "s.")}, a.agency_name FROM feed_stage s JOIN feed_agency a USING (agency_code)
    WHERE NOT EXISTS (SELECT FROM medical_enrolment e
        WHERE e.agency_code = s.agency_code AND e.social_number = s.social_number)
    GROUP BY {listed(ENROLMENT, "s.")}, a.agency_name ORDER BY min(s.line)"""
ENROLLED = """(SELECT s.*, e.id AS enrolment_id FROM feed_stage s
    JOIN medical_enrolment e USING (agency_code, social_number))"""
FOLLOW = ledger.follow_changed(
    "medical_payment", ledger.said_by(("enrolment_id", *COLUMNS)) | feeding.FOLLOWED, source=ENROLLED
)
ADD_NEW = f"""
    INSERT INTO medical_payment (ticket_number, enrolment_id, {listed(COLUMNS)}, {listed(feeding.ADDED)})
    SELECT s.ticket_number, s.enrolment_id, {listed(COLUMNS, "s.")}, {listed(feeding.ADDED.values())} FROM {ENROLLED} s
    WHERE NOT EXISTS (SELECT FROM medical_payment p WHERE p.ticket_number = s.ticket_number)
    ORDER BY s.line"""

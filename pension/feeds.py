"""The feed of pension payments: 养老缴费记录 (design.md section 6). Its key is 票证号码."""

from django.utils import timezone

from accounts.feeds import deciding, offices, persons
from foundation.feeds import cells, ledger
from foundation.feeds.feed import Feed, Row
from foundation.feeds.ledger import listed
from foundation.feeds.staging import Stage
from pension import corrections
from pension.models import ArrivalStatus, PaymentType
from refunds import actions
from refunds.records import feeding

COLUMNS = (
    *("person_id", "payment_type", "year", "month", "amount", "period_start", "period_end", "organisation_id"),
    *("personal_number", "paid_on", "channel", "arrival_status", "office_id"),
)

FIRST_YEAR = 1990

_personal_number = cells.code("个人编号", 30, empty=True)
_payment_type = cells.choice("缴费类型", {label: value for value, label in PaymentType.choices})
_month = cells.whole("缴费月份", 1, 12, empty=True)
_arrival_status = cells.choice("到账状态", {label: value for value, label in ArrivalStatus.choices})
_organisation = cells.code("村组社保号", 20, empty=True, repeating=True)
_office = cells.code("税务机关代码", 11, shortest=11, digits=True, repeating=True)


class PaymentFeed(Feed):
    """Payments and who paid them. A known ticket that says something else is a correction, and what it touches is told."""

    name = "养老缴费"
    columns = (
        *persons.COLUMNS,
        *("个人编号", "缴费类型", "缴费年度", "缴费月份", "缴费金额", "税款所属期起", "税款所属期止", "缴费日期"),
        *("缴费渠道", "到账状态", "村组社保号", "票证号码", "税务机关代码"),
    )
    optional = (*feeding.OPTIONAL, persons.DECEASED)
    stage = {
        **persons.STAGE,
        **feeding.STAGE,
        "ticket_number": "text",
        "personal_number": "text",
        "payment_type": "text",
        "year": "smallint",
        "month": "smallint",
        "amount": "numeric(12, 2)",
        "period_start": "date",
        "period_end": "date",
        "paid_on": "date",
        "channel": "text",
        "arrival_status": "text",
        "organisation_id": "text",
        "office_id": "text",
    }

    def __init__(self):
        self._today = timezone.localdate()
        self._year = cells.whole("缴费年度", FIRST_YEAR, self._today.year + 1)

    def begin(self, stage: Stage) -> None:
        self._people = persons.Persons(stage)
        feeding.begin(stage)

    def parse(self, row: Row) -> tuple:
        values = (
            *feeding.take(row),
            row.take(ledger.TICKET, ledger.ticket_number),
            row.take("个人编号", _personal_number),
            row.take("缴费类型", _payment_type),
            row.take("缴费年度", self._year),
            row.take("缴费月份", _month),
            feeding.amount(row, "缴费金额"),
            *ledger.days(row, "税款所属期起", "税款所属期止", "缴费日期", today=self._today),
            row.take("缴费渠道", ledger.channel),
            row.take("到账状态", _arrival_status),
            row.take("村组社保号", _organisation) or None,
            row.take("税务机关代码", _office),
        )
        _check_organisation(row, payment_type=values[4])
        return self._people.sight(row), values

    def complete(self, stage: Stage, rows: list[Row]) -> list[tuple]:
        found = self._people.resolve(stage, [row.values[0] for row in rows])
        return [(*person, *row.values[1]) for person, row in zip(found, rows, strict=True)]

    def check(self, stage: Stage) -> None:
        self._people.adopt(stage)
        stage.refuse("税务机关代码", offices.UNKNOWN)
        stage.refuse("村组社保号", UNKNOWN_ORGANISATION)
        stage.refuse_repeated(ledger.TICKET, "ticket_number")
        feeding.check(stage, "pension_payment")

    def write(self, stage: Stage) -> tuple[int, int]:
        self._people.write(stage)
        stage.cursor.execute(ADD_COLLECTIVE)
        feeding.replace(stage, "pension_payment")
        stage.cursor.execute(FOLLOW)
        updated = stage.cursor.rowcount
        newest = stage.newest("pension_payment")
        stage.cursor.execute(ADD_NEW)
        added = stage.cursor.rowcount
        feeding.end_replaced(stage, "pension_payment")
        corrections.follow(stage, newest=newest)
        stage.cursor.execute(DROP_EMPTY_COLLECTIVE)
        actions.follow_deaths(self._people.deaths)
        self._notes = [*self._people.notes, *deciding.notes(stage), *feeding.notes(stage, "pension_payment")]
        return added, updated

    @property
    def notes(self):
        return self._notes


def _check_organisation(row: Row, *, payment_type) -> None:
    """What a village paid names the village."""
    has_organisation = bool(row.cells["村组社保号"].strip())
    if payment_type in (PaymentType.COLLECTIVE, PaymentType.HARDSHIP) and not has_organisation:
        row.refuse("村组社保号", f"{PaymentType(payment_type).label}应有村组社保号，现在是空的")


UNKNOWN_ORGANISATION = """
    SELECT line, format('村组(单位) %%s 没有登记。请核对社保号，或先用 load_organisations 加载它', organisation_id)
    FROM feed_stage s WHERE organisation_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM accounts_organisation o WHERE o.social_number = s.organisation_id)"""
COLLECTIVE = ("organisation_id", "payment_type", "year", "month", "period_start", "period_end")
ADD_COLLECTIVE = f"""
    INSERT INTO pension_collectivepayment ({listed(COLLECTIVE)})
    SELECT DISTINCT {listed(COLLECTIVE)} FROM feed_stage WHERE payment_type <> 'personal' ON CONFLICT DO NOTHING"""
PLACED = """(SELECT s.*, c.id AS collective_id FROM feed_stage s
    LEFT JOIN pension_collectivepayment c ON s.payment_type = c.payment_type AND s.organisation_id = c.organisation_id
        AND s.year = c.year AND s.month IS NOT DISTINCT FROM c.month
        AND s.period_start = c.period_start AND s.period_end = c.period_end)"""
FOLLOW = ledger.follow_changed(
    "pension_payment", ledger.said_by((*COLUMNS, "collective_id")) | feeding.FOLLOWED, source=PLACED
)
ADD_NEW = f"""
    INSERT INTO pension_payment (ticket_number, collective_id, {listed(COLUMNS)}, {listed(feeding.ADDED)})
    SELECT s.ticket_number, s.collective_id, {listed(COLUMNS, "s.")}, {listed(feeding.ADDED.values())} FROM {PLACED} s
    WHERE NOT EXISTS (SELECT FROM pension_payment p WHERE p.ticket_number = s.ticket_number)
    ORDER BY s.line"""
# A row of the clerk's list whose people are all somewhere else by now, and of which nothing was ever asked back.
DROP_EMPTY_COLLECTIVE = """
    DELETE FROM pension_collectivepayment c
    WHERE c.id IN (SELECT e.collective_id FROM pension_paymentevent e JOIN feed_changed f ON f.id = e.pgh_obj_id)
    AND NOT EXISTS (SELECT FROM pension_payment p WHERE p.collective_id = c.id)
    AND NOT EXISTS (SELECT FROM pension_pensionrefund r WHERE r.collective_id = c.id)
    AND NOT EXISTS (SELECT FROM pension_villageupload u WHERE u.collective_id = c.id)"""

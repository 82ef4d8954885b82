"""The feed of payments: 工伤缴费记录. Its key is 票证号码."""

from django.utils import timezone

from accounts.feeds import offices, persons
from foundation.feeds import cells, ledger
from foundation.feeds.feed import Feed
from foundation.feeds.ledger import listed
from refunds import actions
from refunds.records import feeding
from tests.injury.models import InjuryRefund

COLUMNS = ("person_id", "year", "amount", "period_start", "period_end", "paid_on", "channel", "office_id")
TYPES = {
    "ticket_number": "text",
    "year": "smallint",
    "amount": "numeric(12, 2)",
    **dict.fromkeys(("period_start", "period_end", "paid_on"), "date"),
    **dict.fromkeys(("channel", "office_id"), "text"),
}


class PaymentFeed(Feed):
    """Payments and who paid them. A known ticket that says something else is a correction, and what it touches is told."""

    name = "工伤缴费"
    columns = (
        *(*persons.COLUMNS, ledger.TICKET, "缴费年度", "缴费金额", "费款所属期起", "费款所属期止", "缴费日期"),
        *("缴费渠道", "税务机关代码"),
    )
    optional = (*feeding.OPTIONAL, persons.DECEASED)
    stage = {**persons.STAGE, **feeding.STAGE, **TYPES}

    def begin(self, stage):
        self._people = persons.Persons(stage)
        feeding.begin(stage)

    def parse(self, row):
        today = timezone.localdate()
        values = (
            *feeding.take(row),
            row.take(ledger.TICKET, ledger.ticket_number),
            row.take("缴费年度", cells.whole("缴费年度", 2010, today.year)),
            feeding.amount(row, "缴费金额"),
            *ledger.days(row, "费款所属期起", "费款所属期止", "缴费日期", today=today),
            row.take("缴费渠道", ledger.channel),
            row.take("税务机关代码", cells.code("税务机关代码", 11, shortest=11, digits=True)),
        )
        return self._people.sight(row), values

    def complete(self, stage, rows):
        found = self._people.resolve(stage, [row.values[0] for row in rows])
        return [(*person, *row.values[1]) for person, row in zip(found, rows, strict=True)]

    def check(self, stage):
        self._people.adopt(stage)
        stage.refuse("税务机关代码", offices.UNKNOWN)
        stage.refuse_repeated(ledger.TICKET, "ticket_number")

    def write(self, stage):
        self._people.write(stage)
        feeding.replace(stage, LEDGER)
        stage.cursor.execute(ledger.follow_changed(LEDGER, ledger.said_by(COLUMNS) | feeding.FOLLOWED))
        updated = stage.cursor.rowcount
        stage.cursor.execute(ADD_NEW)
        added = stage.cursor.rowcount
        feeding.end_replaced(stage, LEDGER)
        stage.cursor.execute(HOLDERS)
        actions.follow_records(InjuryRefund, [pk for (pk,) in stage.cursor.fetchall()])
        return added, updated


LEDGER = "injury_injurypayment"
ADD_NEW = f"""
    INSERT INTO {LEDGER} (ticket_number, {listed(COLUMNS)}, {listed(feeding.ADDED)})
    SELECT ticket_number, {listed(COLUMNS)}, {listed(feeding.ADDED.values())} FROM feed_stage s
    WHERE NOT EXISTS (SELECT FROM {LEDGER} p WHERE p.ticket_number = s.ticket_number) ORDER BY line"""
HOLDERS = "SELECT r.id FROM injury_injuryrefund r JOIN feed_changed c ON c.id = r.payment_id WHERE r.holds"

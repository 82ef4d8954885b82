"""The feed of payments: 工伤缴费记录. Its key is 票证号码."""

from django.utils import timezone

from accounts.feeds import offices, persons
from foundation.feeds import cells, ledger
from foundation.feeds.feed import Feed
from foundation.feeds.ledger import listed

FIXED = {
    "person_id": "缴费人",
    "year": "缴费年度",
    "amount": "缴费金额",
    "period_start": "费款所属期起",
    "period_end": "费款所属期止",
}
CHANGEABLE = ("paid_on", "channel", "office_id")
TYPES = {
    "ticket_number": "text",
    "year": "smallint",
    "amount": "numeric(12, 2)",
    **dict.fromkeys(("period_start", "period_end", "paid_on"), "date"),
    **dict.fromkeys(("channel", "office_id"), "text"),
}


class PaymentFeed(Feed):
    """Payments and who paid them. Same ticket but other person, year, amount or period: refused."""

    name = "payments injury"
    columns = (
        *(*persons.COLUMNS, ledger.TICKET, "缴费年度", "缴费金额", "费款所属期起", "费款所属期止", "缴费日期"),
        *("缴费渠道", "税务机关代码"),
    )
    stage = {**persons.STAGE, **TYPES}

    def begin(self, stage):
        self._people = persons.Persons(stage)

    def parse(self, row):
        today = timezone.localdate()
        values = (
            row.take(ledger.TICKET, ledger.ticket_number),
            row.take("缴费年度", cells.whole("缴费年度", 2010, today.year)),
            row.take("缴费金额", cells.amount),
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
        stage.refuse(ledger.TICKET, ledger.other_payment("injury_injurypayment", FIXED))
        stage.refuse_repeated(ledger.TICKET, "ticket_number")

    def write(self, stage):
        self._people.write(stage)
        stage.cursor.execute(ledger.update_changed("injury_injurypayment", CHANGEABLE))
        updated = stage.cursor.rowcount
        stage.cursor.execute(ADD_NEW)
        return stage.cursor.rowcount, updated


ADD_NEW = f"""
    INSERT INTO injury_injurypayment (ticket_number, {listed(FIXED)}, {listed(CHANGEABLE)})
    SELECT ticket_number, {listed(FIXED)}, {listed(CHANGEABLE)} FROM feed_stage s
    WHERE NOT EXISTS (SELECT FROM injury_injurypayment p WHERE p.ticket_number = s.ticket_number) ORDER BY line"""

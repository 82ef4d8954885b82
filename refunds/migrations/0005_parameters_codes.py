"""The calendar of working days and what a year's contribution could be: data that an administrator keeps.

2023 to 2026 are as the State Council published them. 2027 is reckoned from the law (法定节日, and the days off that stand for those on
a weekend) until its notice is out. The amounts are the tiers of domain.md B5 and nobody has verified them.
"""

from datetime import date

from django.db import migrations

# year: (weekdays that are off, weekends that are worked)
DAYS = {
    2023: (
        "01-02 01-23 01-24 01-25 01-26 01-27 04-05 05-01 05-02 05-03 06-22 06-23 09-29 10-02 10-03 10-04 10-05 10-06",
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    2024: (
        "01-01 02-12 02-13 02-14 02-15 02-16 04-04 04-05 05-01 05-02 05-03 06-10 09-16 09-17 10-01 10-02 10-03 10-04 10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05 10-06 10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
    2027: ("01-01 02-05 02-08 02-09 02-10 04-05 05-03 05-04 06-09 09-15 10-01 10-04 10-05", ""),
}
PUBLISHED = 2026
# (scheme, first year, last year, lowest, highest)
AMOUNTS = [("pension", 2009, 2027, "100", "3000"), ("medical", 2016, 2027, "20", "900")]


def fill(apps, schema_editor):
    day_of = apps.get_model("refunds", "CalendarDay")
    day_of.objects.bulk_create(
        day_of(
            day=date.fromisoformat(f"{year}-{day}"),
            works=works,
            name="调休上班" if works else "放假",
            verified=year <= PUBLISHED,
        )
        for year, both in DAYS.items()
        for works, days in zip((False, True), both, strict=True)
        for day in days.split()
    )
    amount_of = apps.get_model("refunds", "YearAmount")
    amount_of.objects.bulk_create(
        amount_of(scheme=scheme, year=year, lowest=lowest, highest=highest)
        for scheme, first, last, lowest, highest in AMOUNTS
        for year in range(first, last + 1)
    )


class Migration(migrations.Migration):
    dependencies = [("refunds", "0004_parameters")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

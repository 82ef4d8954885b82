"""Everybody who is stored can be found by initials and by the end of the phone, some thousand people at a time."""

from django.db import migrations

from accounts.spelling import initials
from foundation.numbers import phone_tail

AT_ONCE = 2_000


def fill(apps, schema_editor):
    people = apps.get_model("accounts", "Person").objects.order_by("pk")
    last = None
    while True:
        rows = people.filter(pk__gt=last) if last else people
        batch = list(rows[:AT_ONCE])
        if not batch:
            return
        for person in batch:
            person.initials = initials(person.name)
            phone = person.phone
            person.last_four = phone_tail(phone.reveal("its last four digits are looked for")) if phone else None
        people.bulk_update(batch, ["initials", "last_four"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_searchable")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

"""A number built by GB 11643 is found whatever 证件类型 somebody says, and names have no private-use characters that have a real one."""

import sys

from django.db import migrations

from accounts.identity import IdType, id_index
from accounts.spelling import initials
from foundation.numbers import REAL, made_real


def fill(apps, schema_editor):
    people = apps.get_model("accounts", "Person").objects
    left = 0
    for person in people.exclude(id_type=IdType.RESIDENT).order_by("pk").iterator(2_000):
        index = id_index(person.id_type, person.id_number.reveal("found by the number alone from now on"))
        if index == bytes(person.id_index):
            continue
        if people.filter(id_index=index).exists():
            left += 1
        else:
            people.filter(pk=person.pk).update(id_index=index)
    if left:
        sys.stderr.write(f"{left} 人的证件号码已登记在另一证件类型下，没有合并，请由管理员核对。\n")
    for person in people.filter(name__regex=f"[{''.join(map(chr, REAL))}]").iterator(2_000):
        name = made_real(person.name)
        people.filter(pk=person.pk).update(name=name, initials=initials(name))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_feeds")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

"""Amount, lines and the mark of having been sent, of deliveries that were made before these were written down."""

import json

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    deliveries = apps.get_model("handoff", "Delivery").objects
    deliveries.exclude(sends=0, status="waiting").update(sent_at=F("created_at"))
    for delivery in deliveries.filter(tickets={}).iterator(100):
        body = json.loads(delivery.body.reveal("its amounts are written beside it"))
        tickets = {line["ticket_number"]: line["amount"] for line in body["lines"]}
        deliveries.filter(pk=delivery.pk).update(amount=body["amount"], tickets=tickets)


class Migration(migrations.Migration):
    dependencies = [("handoff", "0004_amounts")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

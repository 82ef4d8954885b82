import django.contrib.postgres.indexes
from django.db import migrations, models

import accounts.finding


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_searchable_filled")]
    operations = [
        migrations.AlterField(
            model_name="person",
            name="initials",
            field=accounts.finding.InitialsField(base_field=models.TextField(), size=None, verbose_name="拼音首字母"),
        ),
        migrations.AlterField(
            model_name="person", name="last_four", field=accounts.finding.LastFourField(db_index=True, null=True)
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["name"], name="organisation_by_name", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="organisation", index=models.Index(fields=["tax_number"], name="organisation_by_tax_number")
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["name"], name="person_by_name", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(fields=["initials"], name="person_by_initials"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                name="a_phone_is_found_by_its_end",
                condition=models.Q(
                    models.Q(("last_four__isnull", True), ("phone__isnull", True)),
                    models.Q(("last_four__isnull", False), ("phone__isnull", False)),
                    _connector="OR",
                ),
            ),
        ),
    ]

from django.db import migrations, models

import accounts.finding


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="person",
            name="initials",
            field=accounts.finding.InitialsField(
                base_field=models.TextField(), null=True, size=None, verbose_name="拼音首字母"
            ),
        ),
        migrations.AddField(model_name="person", name="last_four", field=accounts.finding.LastFourField(null=True)),
    ]

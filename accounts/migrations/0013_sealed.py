from base64 import b64encode, b85encode

from django.db import migrations

from foundation import crypto

LENGTH_OF_HEX = 40


def seal(apps, schema_editor):
    """The secrets of authenticators that are bound. What they are bound to is written out, as it was then."""
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.all():
        if len(device.key) == LENGTH_OF_HEX:
            text = b64encode(bytes.fromhex(device.key)).decode()
            context = f"otp_totp_totpdevice.key|user:{device.user_id}"
            device.key = b85encode(crypto.encrypt(text, context=context)).decode()
            device.save(update_fields=["key"])


class Migration(migrations.Migration):
    """Nothing readable stays where it stood: secrets are sealed, and the old sessions, with their keys, are gone."""

    dependencies = [
        ("accounts", "0012_doors_and_own"),
        ("otp_totp", "0003_add_timestamps"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RunSQL("TRUNCATE django_session", migrations.RunSQL.noop),
    ]

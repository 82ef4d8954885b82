"""Run the mock HRSS and medical-insurance agencies, with the secrets the portal uses (design.md section 7)."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand

import mock_agencies


class Command(BaseCommand):
    help = "Run the mock agencies until Ctrl-C. Settings by MOCK_PORT, MOCK_DATABASE, MOCK_DELAY, MOCK_SILENCE."

    def handle(self, **options):
        environ = {
            "MOCK_DATABASE": str(settings.PORTAL_DATA / "agencies.sqlite3"),
            "PORTAL_URL": f"http://127.0.0.1:{os.environ.get('PORT', '8000')}",
            **os.environ,
            "SMS_GATEWAY_SECRETS": ",".join(settings.SMS_GATEWAY_SECRETS),
            **{f"AGENCY_{code.upper()}_SECRETS": ",".join(a["secrets"]) for code, a in settings.AGENCIES.items()},
        }
        mock_agencies.run(environ)

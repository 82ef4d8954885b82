"""Whether this installation may be opened to the public; leaves with 1 and says what is in the way."""

import io

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, SystemCheckError

from refunds_portal.production import environment, running


class Command(BaseCommand):
    help = "Whether environment, gateways and database are fit for the public. Changes nothing; leaves with 1 if not."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--environment", action="store_true", help="only portal.env and the gateways; the database may be away"
        )

    def handle(self, **options):
        environment.refuse()
        found = list(running.gateways())
        if not options["environment"]:
            found += running.database()
            found += self._deployment()
        for notice in running.notices():
            self.stdout.write(f"提醒：{notice}")
        if found:
            raise CommandError("\n".join([*found, f"共 {len(found)} 处，改好之后再检查一次。"]))
        self.stdout.write(
            "可以对外开放：环境、网关、数据库都检查过了。" if not options["environment"] else "环境和网关都检查过了。"
        )

    def _deployment(self):
        """What Django itself would warn of."""
        try:
            call_command("check", deploy=True, fail_level="WARNING", stdout=io.StringIO(), stderr=io.StringIO())
        except SystemCheckError as error:
            yield str(error).strip()

"""Every sealed number under the newest key of FIELD_KEYS, while the portal works; may be broken off and run again."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from refunds_portal.production import resealing


class Command(BaseCommand):
    help = "Seal what stands under an older key of FIELD_KEYS anew. Leaves with 1 while something is left."

    def add_arguments(self, parser):
        parser.add_argument("--count", action="store_true", help="only say how much is left")

    def handle(self, **options):
        columns = resealing.columns()
        if lost := [f"{column} {n} 行" for column in columns if (n := column.lost())]:
            raise CommandError(f"FIELD_KEYS 缺了密钥，这些打不开：{'、'.join(lost)}。把旧密钥写回去再运行。")
        for column in columns if not options["count"] else ():
            if done := sum(column.reseal()):
                self.stdout.write(f"{column}：换了 {done} 行")
        if left := [f"{column} {n} 行" for column in columns if (n := column.left())]:
            raise CommandError(f"还有没换的：{'、'.join(left)}。平台正用着这些行，再运行一次。旧密钥先不要删。")
        self.stdout.write(f"全部用第 {max(settings.FIELD_KEYS)} 版密钥。再备份一次，旧密钥就可以从 FIELD_KEYS 里删去。")

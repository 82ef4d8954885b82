"""Ask the database whether every promise holds (reliability.md section 2): after a restore, and whenever one doubts it."""

from django.core.management.base import BaseCommand, CommandError

from refunds_portal import invariants

# Of what breaks one promise.
SHOWN = 20


class Command(BaseCommand):
    help = "Look for what must never be in the database. Reads only; leaves with 1 and names what it found."

    def add_arguments(self, parser):
        parser.add_argument(
            "--whole-history",
            action="store_true",
            help="compare every sealed day, not only the newest; reads all history",
        )

    def handle(self, whole_history=False, **options):
        broken = invariants.broken(whole_history=whole_history)
        for one in broken:
            self.stdout.write(f"{one.promise.number} {one.scope}: {one.promise.words}: {_shown(one.found)}")
        if broken:
            raise CommandError(f"{len(broken)} 条承诺不成立，怎样处理见 docs/operations.md。")
        asked = sum(len(scope.promises) for scope in invariants.scopes()) + 1  # the seals
        self.stdout.write(f"所有承诺都成立（{asked} 条）。")


def _shown(found: list[str]) -> str:
    return "、".join(found[:SHOWN]) + (f" 等 {len(found)} 个" if len(found) > SHOWN else "")

"""Who decides for an office without an active 审核人: the nearest office above that has one, so that no case waits where nobody is.
Recomputed whenever staff or offices change; the tax office on the wire and on the case stays."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.dispatch import Signal

from accounts.models import Role, TaxOffice, User
from foundation.feeds.staging import Stage, wait_lock

# Other people decide for these offices now. Sent inside the transaction, with `offices`, their codes.
deciding_changed = Signal()
# Fields of an account by which an office gains or loses an officer.
COUNTS = frozenset({"role", "is_active", "office", "office_id"})


@transaction.atomic
def recompute() -> list[str]:
    """The codes of the offices for which somebody else decides now. Two statements and one per office that changed."""
    with connection.cursor() as cursor:
        wait_lock(cursor, "deciding")
    staffed = set(User.objects.filter(role=Role.REVIEWER, is_active=True).values_list("office_id", flat=True))
    offices = {office.code: office for office in TaxOffice.objects.all()}
    decider = {code: _nearest(code, offices, staffed) for code in offices}
    below = defaultdict(list)
    for code, other in sorted(decider.items()):
        if other:
            below[other].append(code)
    changed = [code for code, office in offices.items() if office.deciding_office_id != decider[code]]
    stale = [office for code, office in offices.items() if code in changed or office.decides_for != below[code]]
    for office in stale:
        office.deciding_office_id, office.decides_for = decider[office.code], below[office.code]
    TaxOffice.objects.bulk_update(stale, ["deciding_office", "decides_for"], batch_size=500)
    if changed:
        deciding_changed.send(sender=TaxOffice, offices=changed)
    return changed


def _nearest(code: str, offices: dict[str, TaxOffice], staffed: set[Any]) -> str | None:
    """None where the office decides for itself, or nobody does."""
    if code in staffed:
        return None
    return next((above for above in _above(code, offices) if above in staffed), None)


def would_decide(office: TaxOffice, *, without: Collection[User], and_at: TaxOffice | None = None) -> TaxOffice | None:
    """Whose 审核人 decide for an office once these people are gone, or at another office `and_at`: itself, the nearest above, or
    None for nobody."""
    codes = [*reversed(office.path.strip("/").split("/"))]
    left = User.objects.filter(role=Role.REVIEWER, is_active=True, office__in=codes)
    staffed = set(left.exclude(pk__in=[user.pk for user in without]).values_list("office_id", flat=True))
    staffed |= {and_at.pk} if and_at else set()
    found = next((code for code in codes if code in staffed), None)
    return TaxOffice.objects.filter(pk=found).first() if found else None


def _above(code: str, offices: dict[str, TaxOffice]) -> list[str]:
    """From the office above it to the root."""
    return [one for one in reversed(offices[code].path.strip("/").split("/")) if one != code]


def on_account(sender: type, instance: User, update_fields: frozenset[str] | None = None, **_signal: object) -> None:
    """Receiver of what saves an account: an office may have gained or lost its only 审核人."""
    if instance.role == Role.REVIEWER and (update_fields is None or COUNTS & set(update_fields)):
        recompute()


def unmanned() -> QuerySet[TaxOffice]:
    """Offices for which another one decides; those for which nobody does come first. An office that only has others beneath it
    needs nobody of its own."""
    reviewers = User.objects.filter(office=OuterRef("pk"), role=Role.REVIEWER, is_active=True)
    nobody = Q(deciding_office=None) & ~Exists(reviewers) & ~Exists(TaxOffice.objects.filter(parent=OuterRef("pk")))
    rows = TaxOffice.objects.filter(nobody | Q(deciding_office__isnull=False)).select_related("deciding_office")
    return rows.order_by(F("deciding_office").asc(nulls_first=True), "code")


def without_second() -> QuerySet[TaxOffice]:
    """Offices for which nobody countersigns: no active 复核人 there or above. An office that only has others beneath it needs none."""
    active = User.objects.filter(role=Role.COUNTERSIGNER, is_active=True)
    above = active.annotate(of=ExpressionWrapper(OuterRef("path"), CharField())).filter(
        of__startswith=F("office__path")
    )
    beneath = TaxOffice.objects.filter(parent=OuterRef("pk"))
    return TaxOffice.objects.filter(~Exists(above), ~Exists(beneath)).order_by("code")


def notes(stage: Stage, column: str = "office_id", *, before_staff: str | None = None) -> list[str]:
    """Of a feed that stages offices in this column: those in it that do not decide for themselves. Before there is any 审核人 that
    is no news of single offices: `before_staff` is said instead, and the load of staff says which are left (`notes_of_staff`)."""
    if not _somebody_reviews():
        return [words] if (words := NOBODY_YET if before_staff is None else before_staff) else []
    stage.cursor.execute(ELSEWHERE.format(column=column))
    return [
        f"{name}没有审核人，申请由{by}审核。" if by else f"{name}和上级税务机关都没有审核人，请先配备，否则无人审核。"
        for name, by in stage.cursor.fetchall()
    ]


def notes_of_staff() -> list[str]:
    """After staff were loaded: of all offices those without a 审核人, each kind in one sentence."""
    if not _somebody_reviews():
        return [NOBODY_YET]
    alone = [office.name for office in unmanned().filter(deciding_office=None)]
    led = [f"{office.name}（由{office.deciding_office}）" for office in unmanned().exclude(deciding_office=None)]
    said = [f"{len(alone)} 个机关和上级都没有审核人，请先配备，否则无人审核：{_few(alone)}。"] if alone else []
    return said + ([f"{len(led)} 个机关没有审核人，申请由上级审核：{_few(led)}。"] if led else [])


def _somebody_reviews() -> bool:
    return User.objects.filter(role=Role.REVIEWER, is_active=True).exists()


def _few(names: list[str]) -> str:
    return "、".join(names[:MOST_NAMED]) + ("等，全部见管理端【税务机关】" if len(names) > MOST_NAMED else "")


NOBODY_YET = "系统中还没有审核人，提交的申请无人审核。请用 load_staff 载入审核人。"
# So many offices are named in one sentence.
MOST_NAMED = 20
ELSEWHERE = """
    SELECT o.name, d.name FROM accounts_taxoffice o LEFT JOIN accounts_taxoffice d ON d.code = o.deciding_office_id
    WHERE o.code IN (SELECT DISTINCT {column} FROM feed_stage) AND NOT EXISTS (
        SELECT FROM accounts_user u WHERE u.office_id = o.code AND u.role = 'reviewer' AND u.is_active)
    ORDER BY o.code"""

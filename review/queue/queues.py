"""The officers' queues: what is whose, most urgent first, across all schemes."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import seeking
from accounts.models import OFFICER_ROLES, Role
from foundation.numbers import fold_number
from foundation.postgres.together import fetched
from handoff.models import WorkItem, WorkItemKind
from inbox.questions.models import Question
from refunds import actions, schemes
from refunds.states import Queue
from refunds.tallies.counts import Counts, Urgency, of_queues
from refunds.tallies.models import Flag

# Whose numbers are shown: what waits for an officer.
COUNTED = (Queue.REVIEW, Queue.COUNTERSIGN)
# Counting stops here: a list that long is "999+" to whoever looks at it.
MANY = 1000
# Of the same person, beside a case.
OTHERS = 5
# Where the session keeps the list.
HERE = "review_queue"
# The two groups of the rail, in their order.
CASES, WORK = "队列", "工作"


@dataclass(frozen=True)
class QueueLink:
    """One line of the rail."""

    code: str
    label: str
    count: str
    url: str
    current: bool
    group: str = CASES


# Which queues an officer looks at, first one first: (code in an address, label, queue or None for everything submitted).
PENDING = ("pending", Queue.REVIEW.label, Queue.REVIEW)
COUNTERSIGN = ("countersign", Queue.COUNTERSIGN.label, Queue.COUNTERSIGN)
MINE = ("mine", "我领取的", None)
AGENCY = ("agency", Queue.AGENCY.label, Queue.AGENCY)
DISPUTED = ("disputed", Queue.DISPUTED.label, Queue.DISPUTED)
EVERYTHING = ("all", "全部申请", None)
QUEUES = {
    Role.REVIEWER: (PENDING, MINE, COUNTERSIGN, AGENCY, DISPUTED, EVERYTHING),
    Role.COUNTERSIGNER: (COUNTERSIGN, MINE, PENDING, AGENCY, DISPUTED, EVERYTHING),
    Role.AUDITOR: (EVERYTHING, PENDING, COUNTERSIGN, AGENCY, DISPUTED),
}
# What else an officer does: (what the names of its pages begin with, that which is opened, words, for whom).
PLACES = (
    ("review:find", "review:find", "查人查单", OFFICER_ROLES),
    ("review:behalf", "review:behalf", "代为发起", OFFICER_ROLES),
    ("review:reconciliation", "review:reconciliation", "对账", OFFICER_ROLES),
    ("review:colleagues", "review:colleagues", "同事领取的", (Role.COUNTERSIGNER,)),
    ("review:statistics", "review:statistics", "统计", OFFICER_ROLES),
    ("review:sample", "review:samples", "抽查", (Role.COUNTERSIGNER, Role.AUDITOR)),
    ("review:audit", "review:audit-first", "审计", (Role.AUDITOR,)),
)


def queue_of(user, code: str):
    """(code, label, queue) of the named queue, or of the user's first."""
    queues = QUEUES[user.role]
    return next((queue for queue in queues if queue[0] == code), queues[0])


def waiting(user, queue: Queue | None, tab: str = "") -> list:
    """One queryset per scheme (or of the scheme `tab` only) of what the user sees in that queue; None for everything."""
    chosen = [scheme for scheme in schemes.every() if tab in ("", scheme.code)]
    rows = [scheme.model.objects.visible_to(user) for scheme in chosen]
    if queue is not None:
        rows = [row.in_queue(queue) for row in rows]
    return [row.select_related("office", "applicant", "organisation") for row in rows]


def listed(user, code: str, queue: Queue | None, tab: str = "") -> list:
    """The rows of a queue as its list shows them, one queryset per scheme (or of the scheme `tab` only)."""
    rows = [row.select_related("taken_by__person", "taken_by__office") for row in waiting(user, queue, tab)]
    return [row.filter(actions.held(timezone.now()), taken_by=user) for row in rows] if code == MINE[0] else rows


def order_of(code: str) -> tuple[str, str]:
    """By what a queue is ordered: the most urgent first; everything submitted, the newest first."""
    return ("submitted_at", "id") if code == EVERYTHING[0] else ("due_on", "id")


def find(user, text: str) -> dict:
    """What was typed into the search box, as query parameters that may stand in an address.

    A 证件号码 becomes the keys of its people, if they applied for something that this officer sees.
    """
    text = fold_number(text)
    if not text:
        return {}
    if schemes.of_number(text):
        return {"number": text[:30]}
    return {"person": seeking.written(seeking.keys_of(text, among=waiting(user, None), person="applicant"))}


def narrowed(querysets, *, number: str, person: str) -> list:
    """Only the application with that number, or those of these people (keys as `find` gives them)."""
    if number:
        querysets = [rows.filter(number=number.replace("\0", "")) for rows in querysets]
    if person:
        people = seeking.read(person)
        querysets = [rows.filter(applicant_id__in=people) for rows in querysets]
    return querysets


def others_of(user, refund) -> list:
    """The newest other applications of the same person or village, of every scheme. One query."""
    payee = {"applicant": refund.applicant_id, "organisation": refund.organisation_id}
    same = [rows.filter(**payee).exclude(pk=refund.pk).order_by("-submitted_at", "-id") for rows in waiting(user, None)]
    found = [other for others in fetched([rows[:OTHERS] for rows in same]) for other in others]
    return sorted(found, key=lambda other: other.submitted_at, reverse=True)[:OTHERS]


def items_seen(user):
    """All 移交异常 of the user's office, also closed ones."""
    return of_office(user, WorkItem.objects.all())


def of_office(user, rows):
    """Those of the user's office; what belongs to no office goes to the offices above."""
    if user.role == Role.REVIEWER:
        return rows.filter(office_id__in=user.office.in_its_queues)
    return rows.filter(Q(office=None) | Q(office__path__startswith=user.office.path))


def work_items(user):
    """The open ones of them."""
    return items_seen(user).filter(closed_at=None)


def waiting_items(user, segment: str):
    """Those that wait for a second officer (`confirm`), or for anybody."""
    rows = work_items(user)
    return rows.exclude(proposal="") if segment == "confirm" else rows.filter(proposal="")


def listed_items(user, segment: str):
    """Those that wait, and until the next day those that settled themselves: nobody looks for what vanished under her hands."""
    if segment == "confirm":
        return waiting_items(user, segment)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    settled_itself = Q(closed_by=None, closed_at__gte=today)
    return items_seen(user).filter(Q(closed_at=None, proposal="") | settled_itself)


def frozen_with(user, number: str) -> list:
    """The applications that stand still because of the one with that number, and one more than `OTHERS` of a scheme where there
    are more. One query per scheme."""
    if not number:
        return []
    frozen = [rows.filter(disputed=number).exclude(number=number) for rows in waiting(user, None)]
    return [refund for rows in frozen for refund in rows.order_by("submitted_at")[: OTHERS + 1]]


def questions_seen(user):
    """All questions that were asked of the user's office, answered ones too."""
    return Question.objects.visible_to(user)


def dispute_of(user, refund):
    """The item by which a frozen application is settled, if this officer sees it; None for what is not frozen."""
    if not refund.disputed:
        return None
    return work_items(user).filter(kind=WorkItemKind.CONTRADICTION, number=refund.disputed).first()


def rail(request) -> list[QueueLink]:
    """The queues with their counts and the other work, for the left rail. One query for all numbers."""
    user = request.user
    here = request.resolver_match
    current = queue_of(user, request.GET.get("queue", ""))[0] if here and here.view_name == "review:queue" else ""
    links = [
        QueueLink(code, label, _number(waiting_for(request), code, queue), queue_url(code, ""), code == current)
        for code, label, queue in QUEUES[user.role]
    ]
    at, beside = here.view_name if here else "", waiting_for(request).beside
    items = QueueLink("items", "移交异常", _bounded(beside[0]), reverse("review:items"), at.startswith("review:item"))
    asked = reverse("review:questions")
    questions = QueueLink("questions", "咨询", _bounded(beside[1]), asked, at.startswith("review:question"))
    return [*links, items, questions, *_work(user, at)]


def _work(user, here: str):
    """What else there is to do for this role."""
    for pages, view, label, roles in PLACES:
        if user.role in roles:
            yield QueueLink(view, label, "", reverse(view), here.startswith(pages), WORK)


def waiting_for(request) -> Counts:
    """What stands in the queues that this officer sees, and how many 移交异常 and questions wait, as far as anybody counts; asked once
    for a page."""
    if not hasattr(request, "waiting_counts"):
        user = request.user
        # 领取 runs out by itself, so nobody writes down when: the few that she holds now are counted as they stand.
        held = listed(user, MINE[0], None) if MINE in QUEUES[user.role] else []
        beside = [work_items(user)[:MANY], questions_seen(user).waiting()[:MANY], *held]
        request.waiting_counts = of_queues(user, COUNTED, beside=beside)
    return request.waiting_counts


def counts(request, queue) -> dict[str, str]:
    """How many are in a queue that waits for an officer, by segment and by the code of each scheme."""
    if queue not in COUNTED:
        return {}
    there = waiting_for(request).where(queue)
    found = {
        "": there,
        "over": there.where(urgency=Urgency.OVERDUE),
        "soon": there.where(urgency=Urgency.SOON),
        "checks": there.where(flag=Flag.WARNINGS),
        "batch": there.where(flag=Flag.BATCH),
        "again": there.where(flag=Flag.AGAIN),
        **{scheme.code: there.where(scheme=scheme.code) for scheme in schemes.every()},
    }
    return {code: f"{share.number:,}" for code, share in found.items()}


def queue_url(code: str, tab: str) -> str:
    """The address of a queue, narrowed to the scheme `tab` if there is one."""
    return f"{reverse('review:queue')}?{urlencode({'queue': code} | ({'scheme': tab} if tab else {}))}"


def remember(request) -> None:
    """The list as it is now, for the way back from a case."""
    here = request.GET.urlencode()
    if here != request.session.get(HERE, ""):
        request.session[HERE] = here


def back_url(request) -> str:
    """The list one came from."""
    here = request.session.get(HERE, "")
    return f"{reverse('review:queue')}?{here}" if here else reverse("review:queue")


def remembered(request) -> QueryDict:
    """What that list was narrowed to."""
    return QueryDict(request.session.get(HERE, ""))


def tab_of(request) -> str:
    """The scheme an officer works on, kept while she goes from case to case; empty for all of them."""
    tab = remembered(request).get("scheme", "")
    return tab if tab in {scheme.code for scheme in schemes.every()} else ""


def _number(counts: Counts, code: str, queue) -> str:
    """How many wait for an officer, or are hers; the other queues show no number."""
    if code == MINE[0]:
        return f"{sum(counts.beside[2:]):,}"
    return f"{counts.where(queue).number:,}" if queue in COUNTED else ""


def shown(rows) -> str:
    """How many rows, as far as anybody counts."""
    return _bounded(rows[:MANY].count())


def _bounded(count: int) -> str:
    return f"{MANY - 1}+" if count >= MANY else str(count)

"""通过 waits until every warning is answered: what was answered is stored, and what is in the way is said."""

from dataclasses import replace

from accounts.models import Role
from refunds.states import ReviewStatus
from review.checks import answering, noticing
from review.checks.evaluating import checks_of
from review.models import CheckAnswer

DECIDES = {Role.REVIEWER: ReviewStatus.PENDING, Role.COUNTERSIGNER: ReviewStatus.COUNTERSIGN}


def findings_of(refund) -> list[answering.Finding]:
    """The checks with their answers, as they are now."""
    return answering.findings(refund, checks_of([refund])[refund.pk])


def waits_for(refund, user) -> bool:
    """Whether this officer may decide next; why not is said by the verbs."""
    return DECIDES.get(user.role) == refund.review_status and not refund.concerns(user.person)


def store(refund, posted, *, by) -> tuple[list[answering.Finding], dict[str, str]]:
    """Take over what was answered, on a locked row: the findings after it, and by code what could not be taken."""
    found = findings_of(refund)
    rows, problems = answering.given(found, posted, number=refund.number, by=by)
    CheckAnswer.objects.bulk_create(rows)
    new = {row.code: row for row in rows}
    found = [replace(finding, answer=new.get(finding.check.code, finding.answer)) for finding in found]
    noticing.keep(refund, found)
    return found, problems


def in_the_way(found: list[answering.Finding]) -> dict[str, str]:
    """Why it cannot be passed now, by the code of the check."""
    why = {finding.check.code: finding.closed_to for finding in found if finding.closed_to}
    ask = "通过之前，请先选择一项结论或写明您的结论。"
    return {finding.check.code: ask for finding in found if finding.open} | why


def typed(posted, found: list[answering.Finding]) -> list[tuple[str, str]]:
    """What was chosen and written on a page whose answer was not taken: (where, words), so that nothing is lost."""
    kept = [("意见", posted.get("remark", "").strip())]
    for finding in found:
        choice, words = answering.said(posted, finding.check.code)
        known = {answer.code: answer.words for answer in finding.check.answers}
        kept.append((finding.check.rule, "：".join(filter(None, [known.get(choice, ""), words]))))
    return [(where, words) for where, words in kept if words]

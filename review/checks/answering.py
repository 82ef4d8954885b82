"""A warning is answered by choice or in words before anybody passes: what was answered, what is still open, what is answered now."""

import re
from dataclasses import dataclass

from foundation import crypto, masks
from refunds.checking import Check
from review.models import CheckAnswer

LONGEST = 300
# Beside the choices of the rule: whoever writes says it in her own words.
OWN = "own"


@dataclass(frozen=True)
class Finding:
    """A check with the newest answer to exactly this evidence."""

    check: Check
    answer: CheckAnswer | None = None

    @property
    def open(self) -> bool:
        """It asks for an answer still."""
        return not self.check.holds and self.answer is None

    @property
    def closed_to(self) -> str:
        """Why nobody can pass it, or an empty string."""
        if self.check.holds or self.check.stops:
            return self.check.stops if not self.check.holds else ""
        chosen = {answer.code: answer for answer in self.check.answers}.get(self.answer.choice if self.answer else "")
        if chosen is None or chosen.passes:
            return ""
        return f"“{self.check.rule}”的核对结论是“{chosen.words}”，不能通过。请改为不通过，或重新填写结论。"

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(answer.code, answer.words) for answer in self.check.answers]

    @property
    def seen(self) -> str:
        """Of the evidence on the page, so that an answer to another one does not count."""
        return crypto.blind_index(self.check.evidence, purpose="check").hex()[:16]


def findings(refund, checks: list[Check]) -> list[Finding]:
    """The checks of one application with their answers: what is open first. One query."""
    newest = {}
    for answer in CheckAnswer.objects.filter(number=refund.number).select_related("by__person").order_by("id"):
        newest[answer.code, answer.evidence] = answer
    found = [Finding(check, None if check.holds else newest.get((check.code, check.evidence))) for check in checks]
    return sorted(found, key=lambda finding: (finding.check.holds, not finding.open))


def given(found: list[Finding], posted, *, number: str, by) -> tuple[list[CheckAnswer], dict[str, str]]:
    """What was chosen or written on the page, as rows to be stored; and by code, why something cannot be taken."""
    rows, problems = [], {}
    for finding in found:
        code, choice, words = finding.check.code, *said(posted, finding.check.code)
        if finding.check.holds or finding.check.stops or not (choice or words):
            continue
        known = {answer.code: answer.words for answer in finding.check.answers}
        if posted.get(f"seen-{code}") != finding.seen:
            problems[code] = "这一项的核对结果在您打开之后有变化，请看新的依据后重新选择。"
        elif problem := _problem(choice, words, known):
            problems[code] = problem
        else:
            about = {"number": number, "code": code, "rule": finding.check.rule, "evidence": finding.check.evidence}
            answer = {"choice": choice or OWN, "said": known.get(choice, ""), "words": words}
            rows.append(CheckAnswer(**about, **answer, by=by))
    return rows, problems


def said(posted, code: str) -> tuple[str, str]:
    """(choice, own words) as they were sent."""
    choice, words = posted.get(f"answer-{code}", ""), posted.get(f"words-{code}", "").strip()
    return ("" if choice == OWN else choice), words


def _problem(choice: str, words: str, known: dict[str, str]) -> str:
    if choice and choice not in known:
        return "请从列出的结论中选择一项，或写明您的结论。"
    if len(words) > LONGEST:
        return f"核对说明不能超过 {LONGEST} 个字。"
    if re.search(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]", words):
        return "核对说明里有看不见的字符，请删去后重新填写。"
    return "这里不能写证件号码、手机号或银行账号，请删去后再提交。" if masks.has_number(words) else ""

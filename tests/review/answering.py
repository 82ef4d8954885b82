"""What an officer sends from the page when she answers every warning in her own words."""

from review.case import passing


def answers(refund, words="已核实", **choices) -> dict:
    """Of a fresh look at the case; `choices` by code instead of words."""
    refund = type(refund).objects.get(pk=refund.pk)
    sent = {}
    for finding in passing.findings_of(refund):
        code = finding.check.code
        if finding.open:
            sent[f"seen-{code}"] = finding.seen
            sent |= {f"answer-{code}": choices[code]} if code in choices else {f"words-{code}": words}
    return sent


def warned(refund) -> dict:
    """Code → check, of what does not hold now."""
    refund = type(refund).objects.get(pk=refund.pk)
    return {found.check.code: found.check for found in passing.findings_of(refund) if not found.check.holds}

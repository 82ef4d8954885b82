"""What was signed rightly and refused is kept, so that an operator can read what an agency meant; and what may be shown of it."""

import hashlib
import re
import string
from dataclasses import dataclass

from django.db import transaction

from foundation import crypto, masks
from handoff.items import open_for
from handoff.models import RefusedMessage, WorkItemKind
from handoff.store import known, locked
from handoff.wire import messages
from refunds.models import RefundApplication

# Of the stored text so many characters are looked at (one that is escaped is six), and so many shown.
LOOKED_AT, SHOWN = 30_000, 4_000
# The longest number in groups is shorter: what the cut may have left of one is not shown at all.
LONGEST_NUMBER = 40
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
WIDE = str.maketrans("０１２３４５６７８９", string.digits)
# Here nobody knows what stands before a number. 申请单号 are letters and fifteen digits, a phone has eleven.
LONG = re.compile(r"[0-9]{16,}[Xx]?|(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


def digest(body: bytes) -> bytes:
    """Tells nothing about the body without the key."""
    return crypto.blind_index(hashlib.sha256(body).hexdigest(), purpose="callback")


@transaction.atomic
def keep_and_tell(agency: str, message_id: str, body: bytes, sentence: str, kind: WorkItemKind) -> None:
    """A message to the door, and an item for a person of the office; once each."""
    instruction_id = messages.instruction_id(body)
    refund = _refund_of(agency, instruction_id)
    _keep(agency, message_id, body, sentence, instruction_id, refund)
    open_for(kind, instruction_id, agency=agency, refund=refund, detail=f"系统没有采用这条消息：{sentence}")


@transaction.atomic
def keep(agency: str, message_id: str, body: bytes, sentence: str, instruction_id: str) -> None:
    """An answer to a question. Whoever had it asked is told there."""
    _keep(agency, message_id, body, sentence, instruction_id, _refund_of(agency, instruction_id))


def _refund_of(agency: str, instruction_id: str) -> RefundApplication | None:
    delivery = known().filter(instruction_id=instruction_id, agency=agency).first()
    return locked(delivery)[0] if delivery else None


def _keep(
    agency: str, message_id: str, body: bytes, sentence: str, instruction_id: str, refund: RefundApplication | None
) -> None:
    RefusedMessage.objects.get_or_create(
        agency=agency,
        digest=digest(body),
        why=sentence,
        defaults={
            "message_id": message_id,
            "instruction_id": instruction_id,
            "number": (refund and refund.number) or "",
            "office": refund.office if refund else None,
            "body": body.decode(errors="backslashreplace"),
        },
    )


@dataclass(frozen=True)
class Excerpt:
    """What an officer may read of a stored text; `length` is that of the whole."""

    words: str
    length: int
    is_cut: bool


def excerpt(text: str) -> Excerpt:
    """Its beginning, readable and with every number of a person masked, however the agency has written it."""
    looked_at = ESCAPED.sub(_unescaped, text[:LOOKED_AT]).translate(WIDE)
    if len(text) > LOOKED_AT:
        looked_at = looked_at[:-LONGEST_NUMBER] + looked_at[-LONGEST_NUMBER:].rstrip(NUMBERLIKE)
    masked = LONG.sub(lambda found: masks.account(found[0]), masks.in_text(looked_at))
    return Excerpt(masked[:SHOWN], len(text), len(text) > LOOKED_AT or len(masked) > SHOWN)


# What may be part of a number or of one that is escaped.
NUMBERLIKE = string.ascii_letters + string.digits + " -\\"


def _unescaped(found: re.Match[str]) -> str:
    """`\\u9000` is 退 to a reader; what is no letter stays as it was written."""
    character = chr(int(found[1], 16))
    return character if character.isprintable() and character not in '"\\' else found[0]

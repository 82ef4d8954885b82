"""What an agency is asked beside what it is sent (design.md section 7): how an instruction stands, what changed on a day, and
not to pay. Its answers count only when it has signed them, as it signs its messages."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from django.conf import settings

from foundation.wire import http
from handoff.receiving import refused
from handoff.wire import client, messages

NEVER_HAD_IT = "unknown_instruction"
UNREADABLE = "对方的应答不能读取"
# More pages than a day can have: an agency that never ends its list is not asked for ever.
MOST_PAGES = 1000
# Whoever answers so knows no such question, and not the instruction.
NO_SUCH_QUESTION = (404, 405, 501)


@dataclass(frozen=True)
class Reply:
    """What came back. `fields` are those of an Inquiry, none when it could not be understood; `text` says so in words."""

    text: str
    fields: dict[str, Any] | None = None
    # Whether the agency takes such questions.
    can_be_asked: bool = True

    @property
    def state(self) -> str:
        """One of the agency's states; "unknown" when it never had the instruction; empty without an answer."""
        return str(self.fields["state"]) if self.fields else ""


class NoAnswer(Exception):
    """No answer that counts; `text` says why, `can_be_asked` as of a Reply."""

    def __init__(self, text: str, *, can_be_asked: bool = True):
        super().__init__(text)
        self.text, self.can_be_asked = text, can_be_asked


def ask(agency: str, instruction_id: str) -> Reply:
    """How an instruction stands. Never raises for what the network or the agency does."""
    return _understood(agency, _exchange(agency, "GET", f"/refunds/{quote(instruction_id, safe='')}"), instruction_id)


def cancel(agency: str, instruction_id: str) -> Reply:
    """Not to pay. State `cancelled` means it never will; any other, that it is too late."""
    body = json.dumps({"instruction_id": instruction_id})
    answer = _exchange(agency, "POST", f"/refunds/{quote(instruction_id, safe='')}/cancel", body)
    return _understood(agency, answer, instruction_id)


def changed_on(agency: str, day: date) -> Iterator[dict[str, Any]]:
    """Fields of an Inquiry for every instruction that changed on that day (Asia/Shanghai). Raises NoAnswer."""
    after = ""
    for _page in range(MOST_PAGES):
        asked = urlencode({"day": day.isoformat(), "after": after})
        answer = _exchange(agency, "GET", f"/refunds?{asked}")
        if isinstance(answer, NoAnswer):
            raise answer
        page = _json(answer)
        if answer.status_code != 200 or page is None:
            raise NoAnswer(f"对方应答 {answer.status_code}，没有给出清单")
        try:
            yield from [messages.read_standing(row) for row in page["refunds"]]
            after = page["next_after"]
        except (messages.Unreadable, KeyError, TypeError, AttributeError) as error:
            raise NoAnswer(_kept(agency, answer, "对方给出的清单不能读取")) from error
        if not after:
            return
    raise NoAnswer("对方给出的清单没有尽头")


def _exchange(agency: str, method: str, path: str, body: str = "") -> httpx.Response | NoAnswer:
    """A signed answer, or why there is none."""
    headers = {"content-type": "application/json", **client.signature(agency, f"ask-{uuid.uuid4().hex}", body)}
    try:
        answer = http.exchange(method, settings.AGENCIES[agency]["url"] + path, body.encode(), headers)
    except http.TooLong:
        return NoAnswer("对方的应答超过 1 MB")
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        return NoAnswer(f"没有应答（{type(error).__name__}）")
    if not client.verify(agency, answer.content, answer.headers):
        text = f"对方应答 {answer.status_code}，没有有效的签名，不予采用"
        return NoAnswer(text, can_be_asked=answer.status_code not in NO_SUCH_QUESTION)
    return answer


def _understood(agency: str, answer: httpx.Response | NoAnswer, instruction_id: str) -> Reply:
    if isinstance(answer, NoAnswer):
        return Reply(answer.text, can_be_asked=answer.can_be_asked)
    said = _json(answer)
    if answer.status_code == 404 and said and _is_unknown(said, instruction_id):
        return Reply("对方查无此指令", {"state": "unknown"})
    if answer.status_code not in (200, 409):
        can_be_asked = answer.status_code not in NO_SUCH_QUESTION
        return Reply(f"对方应答 {answer.status_code}，结果未知", can_be_asked=can_be_asked)
    try:
        fields = messages.read_standing(messages.parse(answer.content))
    except messages.Unreadable:
        return Reply(_kept(agency, answer, UNREADABLE, instruction_id))
    if fields.pop("instruction_id") != instruction_id or fields["state"] not in messages.STATES:
        return Reply(_kept(agency, answer, UNREADABLE, instruction_id))
    return Reply(messages.STATES[fields["state"]], fields)


def _kept(agency: str, answer: httpx.Response, sentence: str, instruction_id: str = "") -> str:
    """What to say of an answer that was signed and says nothing; what it was can be read afterwards."""
    refused.keep(agency, answer.headers["webhook-id"], answer.content, sentence, instruction_id)
    return sentence


def _is_unknown(said: dict[str, Any], instruction_id: str) -> bool:
    error = said.get("error")
    return (
        isinstance(error, dict) and error.get("code") == NEVER_HAD_IT and said.get("instruction_id") == instruction_id
    )


def _json(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        return messages.parse(answer.content)
    except messages.Unreadable:
        return None

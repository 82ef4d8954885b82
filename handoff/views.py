"""The door for the agencies: a signed message is stored, answered, and applied afterwards; or refused, kept and said why."""

import hashlib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from foundation import crypto
from handoff import arriving
from handoff.items import open_for
from handoff.models import Callback, RefusedMessage, WorkItemKind
from handoff.store import known, locked
from handoff.wire import client, messages

# 10,000 returned lines with a reason each are some 3 MB, more than DATA_UPLOAD_MAX_MEMORY_SIZE lets anybody else send.
MAX_BODY = 8 * 1024 * 1024


@csrf_exempt
@login_not_required
@require_POST
def callback(request: HttpRequest, agency: str) -> JsonResponse:
    """`POST /handoff/callbacks/<agency>/`. 202 once stored (also the second time), 401 unsigned, 400 not understood, 409
    the same id with another body, 411 without a length, 413 too large."""
    if agency not in settings.AGENCIES:
        raise Http404
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
        return _refusal("length", "请注明 Content-Length，不要分块发送。", 411)
    try:
        body = request.read(MAX_BODY + 1)
    except UnreadablePostError:
        return _refusal("body", "消息没有传完，请重新发送。", 400)
    if len(body) > MAX_BODY:
        return _refusal("size", "消息超过 8 MB，请减少内容后重新发送。", 413)
    if not client.verify(agency, body, request.headers):
        return _refusal("signature", "签名或时间不符，请核对密钥和时钟后重新签名发送。", 401)
    return _take(agency, request.headers["webhook-id"], body)


def _take(agency: str, message_id: str, body: bytes) -> JsonResponse:
    """Stored, or refused and kept."""
    try:
        fields = messages.read(messages.parse(body))
        is_ours = _store(agency, messages.message_id(message_id), fields, _digest(body))
    except messages.Unreadable as error:
        _keep(agency, message_id, body, error.sentence, WorkItemKind.UNREADABLE)
        return _refusal("message", error.sentence, 400)
    if not is_ours:
        sentence = "这个 webhook-id 已用于另一条内容不同的消息，请换一个 webhook-id 重新发送。"
        _keep(agency, message_id, body, sentence, WorkItemKind.CHANGED_MESSAGE)
        return _refusal("conflict", sentence, 409)
    return JsonResponse({"received": True}, status=202)


def _store(agency: str, message_id: str, fields: dict[str, object], digest: bytes) -> bool:
    """Once; False when another message came under the same id before."""
    if arriving.store(Callback(agency=agency, message_id=message_id, digest=digest, **fields)):
        return True
    row = Callback.objects.get(agency=agency, message_id=message_id)
    # What came before there were digests is known by what was kept of it.
    was = bytes(row.digest or b"")
    return was == digest if was else all(getattr(row, name) == value for name, value in fields.items())


@transaction.atomic
def _keep(agency: str, message_id: str, body: bytes, sentence: str, kind: WorkItemKind) -> None:
    """What was signed rightly can be read by an operator, and a person of the office hears of it; once each."""
    instruction_id = messages.instruction_id(body)
    RefusedMessage.objects.get_or_create(
        agency=agency,
        digest=_digest(body),
        why=sentence,
        defaults={"message_id": message_id, "body": body.decode(errors="backslashreplace")},
    )
    delivery = known().filter(instruction_id=instruction_id, agency=agency).first()
    refund = locked(delivery)[0] if delivery else None
    open_for(kind, instruction_id, agency=agency, refund=refund, detail=f"系统没有采用这条消息：{sentence}")


def _digest(body: bytes) -> bytes:
    """Tells nothing about the body without the key."""
    return crypto.blind_index(hashlib.sha256(body).hexdigest(), purpose="callback")


def _refusal(error: str, sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": error, "detail": sentence}, status=status, json_dumps_params={"ensure_ascii": False})

"""The door for the agencies: a signed message is stored, answered, and applied afterwards; or refused, kept and said why."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from handoff.models import Callback, WorkItemKind
from handoff.receiving import arriving, files, refused
from handoff.tasks import read_results
from handoff.wire import client, messages

# 10,000 returned lines with a reason each are some 3 MB, more than DATA_UPLOAD_MAX_MEMORY_SIZE lets anybody else send.
MAX_BODY = 8 * 1024 * 1024
TOO_LARGE = "消息超过 8 MB，请减少内容后重新发送。"
# 100,000 results are some 25 MB, and a tenth of that when packed.
MAX_FILE = 64 * 1024 * 1024
FILE_TOO_LARGE = "文件超过 64 MB，请压缩或分成几个文件后重新发送。"


@csrf_exempt
@login_not_required
@require_POST
def callback(request: HttpRequest, agency: str) -> JsonResponse:
    """`POST /handoff/callbacks/<agency>/`. 202 once stored (also the second time), 401 unsigned, 400 not understood, 404
    no such agency, 409 the same id with another body, 411 without a length, 413 too large."""
    try:
        body = _signed(request, agency, MAX_BODY, TOO_LARGE)
    except Turned as turned:
        return turned.answer
    return _take(agency, request.headers["webhook-id"], body)


@csrf_exempt
@login_not_required
@require_POST
def results(request: HttpRequest, agency: str) -> JsonResponse:
    """`POST /handoff/results/<agency>/`: a file of messages, one a line, plain or gzip. Answered as a message is, 202 with the id
    of the file; what its lines say is read afterwards."""
    try:
        body = _signed(request, agency, MAX_FILE, FILE_TOO_LARGE)
        file, is_new = files.store(agency, request.headers["webhook-id"], body)
    except Turned as turned:
        return turned.answer
    except messages.Unreadable as error:
        return _refusal("message", error.sentence, 400)
    if bytes(file.digest) != refused.digest(body):
        return _refusal("conflict", "这个 webhook-id 已用于另一个内容不同的文件，请换一个 webhook-id 重新发送。", 409)
    if is_new:
        read_results.defer(file_id=str(file.pk))
    return JsonResponse({"received": True, "id": str(file.pk)}, status=202)


class Turned(Exception):
    """Turned away before anything was read of what it says."""

    def __init__(self, *refusal: Any):
        super().__init__()
        self.answer = _refusal(*refusal)


def _signed(request: HttpRequest, agency: str, most: int, too_large: str) -> bytes:
    """The body, when the agency has signed it. Raises Turned."""
    if agency not in settings.AGENCIES:
        raise Turned("agency", "没有这个机构代码，请核对回传地址。", 404)
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
        raise Turned("length", "请注明 Content-Length，不要分块发送。", 411)
    if _announced(request) > most:
        raise Turned("size", too_large, 413)
    try:
        body = request.read()  # never more than was announced
    except UnreadablePostError:
        raise Turned("body", "消息没有传完，请重新发送。", 400) from None
    if not client.verify(agency, body, request.headers):
        raise Turned("signature", "签名或时间不符，请核对密钥和时钟后重新签名发送。", 401)
    return body


def _announced(request: HttpRequest) -> int:
    """How long the body is, before anything of it is read; 0 for what is no number, of which Django reads nothing either."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _take(agency: str, message_id: str, body: bytes) -> JsonResponse:
    """Stored, or refused and kept."""
    try:
        fields = messages.read(messages.parse(body))
        is_ours = _store(agency, messages.message_id(message_id), fields, refused.digest(body))
    except messages.Unreadable as error:
        refused.keep_and_tell(agency, message_id, body, error.sentence, WorkItemKind.UNREADABLE)
        return _refusal("message", error.sentence, 400)
    if not is_ours:
        sentence = "这个 webhook-id 已用于另一条内容不同的消息，请换一个 webhook-id 重新发送。"
        refused.keep_and_tell(agency, message_id, body, sentence, WorkItemKind.CHANGED_MESSAGE)
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


def _refusal(error: str, sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": error, "detail": sentence}, status=status, json_dumps_params={"ensure_ascii": False})

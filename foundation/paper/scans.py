"""A paper that somebody scanned or photographed: told by what it is and not by its name, and handed out as a file to be saved."""

from django.http import HttpResponse

MAX_BYTES = 5 * 1024 * 1024
# By the ending we give it: how it begins, how it ends, and what a browser calls it. Behind its end there may be a little more.
KINDS = {
    "pdf": (b"%PDF-", b"%%EOF", "application/pdf"),
    "jpg": (b"\xff\xd8\xff", b"\xff\xd9", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82", "image/png"),
}
END = 64 * 1024


def kind_of(data: bytes) -> str:
    """Which of `KINDS` it is, whole; empty for anything else, and for what was cut off on its way."""
    for kind, (begin, end, _type) in KINDS.items():
        if data.startswith(begin) and end in data[-END:]:
            return kind
    return ""


def handed_out(content: bytes, kind: str, name: str) -> HttpResponse:
    """The answer of a page that hands it out: it is saved, and never opened as a page of ours."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=KINDS[kind][2], headers=headers)

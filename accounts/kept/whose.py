"""Every form of a signed-in page says whom it was shown to, signed: so it is known, too, when nobody is signed in any more.

Nobody but the portal can make such a mark, so that no stranger's page can put words into anybody's form.
"""

import time

from django.core import signing
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import sessions

NAME = "whose"
# Of a form that stood open longer than this nothing is kept.
SECONDS = 3 * 24 * 3600
_signer = signing.Signer(salt="accounts.kept.whose")


def field(request: HttpRequest) -> SafeString:
    """The hidden field; empty where nobody is signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return SafeString("")
    mark = _signer.sign(f"{user.pk}-{request.session.get(sessions.SIGNED_IN_AT, 0)}")
    return format_html('<input type="hidden" name="{}" value="{}">', NAME, mark)


def of(request: HttpRequest) -> int | None:
    """The account that the posted form was shown to; None where it does not say so, or too long ago."""
    try:
        user, _dash, at = _signer.unsign(request.POST.get(NAME, "")).partition("-")
    except signing.BadSignature:
        return None
    return int(user) if time.time() - int(at) < SECONDS else None

"""How long a session still lasts, for the warning two minutes before its end; and one press to stay (WCAG 2.2.1)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import sessions
from accounts.guards import SignedIn


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def session(request: SignedIn) -> HttpResponse:
    """The seconds that are left, as a number; a POST stays. To ask alone does not keep a session alive."""
    left = sessions.seconds_left(request.session, request.user) if request.user.is_authenticated else 0
    if left and request.method == "POST":
        sessions.touch(request.session)
        left = sessions.seconds_left(request.session, request.user)
    return HttpResponse(str(left), content_type="text/plain")

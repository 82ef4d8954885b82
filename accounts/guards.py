"""Who may enter a page. What belongs to whom is said by `visible_to`; this is only about doors."""

from functools import wraps

from django.core.exceptions import PermissionDenied


def for_roles(*roles):
    """View decorator: signed-in users of another role get a 403 page that names the right door."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.user.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate

"""How large pages are shown, and whether as 长辈模式. Chosen on a device; a device that was never asked follows the account."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = PREFERENCE = "display"
A_YEAR = 365 * 86400
# By the class of <html>, with the word of its button.
SIZES = {"standard": "标准", "large": "大", "huge": "特大"}
ELDER = "elder"


@dataclass(frozen=True)
class Display:
    """`size` is one of SIZES; `elder` asks for 长辈模式, one thing a page."""

    size: str = "standard"
    elder: bool = False

    def __str__(self) -> str:
        """As a cookie and an account keep it."""
        return f"{self.size}-{ELDER}" if self.elder else self.size

    @classmethod
    def read(cls, kept: object) -> "Display":
        """What `str` wrote; what nobody wrote is the standard."""
        size, _, elder = str(kept).partition("-")
        return cls(size, elder == ELDER) if size in SIZES else cls()

    def but(self, *, size: object = None, elder: object = None) -> "Display":
        """With another size, or with 长辈模式 on ("1") or off; anything else leaves it as it is."""
        changed = replace(self, size=str(size)) if size in SIZES else self
        return replace(changed, elder=elder == "1") if elder in ("0", "1") else changed

    @property
    def word(self) -> str:
        """The size as its button calls it."""
        return SIZES[self.size]

    @property
    def of_ordinary_pages(self) -> str:
        """The size of a page that has no form of its own for elders: never the smallest one for them."""
        return "large" if self.elder and self.size == "standard" else self.size


def of(request: HttpRequest) -> Display:
    """How this request is to be shown. 长辈模式 is for whoever applies for herself, and for strangers."""
    kept = getattr(request, "chosen_display", None) or request.COOKIES.get(COOKIE) or _of_account(request)
    display = Display.read(kept)
    return display if getattr(_user(request), "is_resident", True) else replace(display, elder=False)


def choose(request: HttpRequest, display: Display) -> None:
    """From now on, and on the other devices of whoever is signed in that were never asked. `keep` tells this one."""
    request.chosen_display = str(display)  # type: ignore[attr-defined]
    user = _user(request)
    if user is not None:
        user.preferences[PREFERENCE] = str(display)
        user.save(update_fields=["preferences"])


def keep(response: HttpResponse, display: Display) -> HttpResponse:
    """The answer, which tells the device."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, str(display), max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def _user(request: HttpRequest) -> Any:
    """Whoever is signed in; an error page is drawn before anybody was asked for."""
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def _of_account(request: HttpRequest) -> object:
    user = _user(request)
    return user.preferences.get(PREFERENCE, "") if user is not None else ""

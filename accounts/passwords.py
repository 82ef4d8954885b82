"""What a password must be, in our words, and changing it. docs/security.md says why staff and residents have other rules."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import OldPassword, User
from accounts.spelling import spelt

CLASSES: tuple[Callable[[str], bool], ...] = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())

# With the one in use, so many are not taken again (等保 8.1.4.1.a).
LAST = 5
# Shorter pieces of a name occur by chance.
SHORTEST_PIECE = 4

RULE = "至少 10 位，不能全是数字，不要用常见的密码，也不要含自己的姓名、证件号码、手机号或用户名。"
STAFF_RULE = "至少 10 位，大写字母、小写字母、数字、符号四类中至少有三类；不含用户名、姓名和号码，不用最近 5 次的密码。"

# By the code of the validator that objected.
SENTENCES = {
    "password_too_short": "密码太短。请改为至少 {min_length} 位。",
    "password_too_common": "这个密码太常见，容易被猜到。请换一个。",
    "password_entirely_numeric": "密码不能全是数字。请加上字母或符号。",
    "password_is_hers": "密码里不要有自己的{what}，别人容易猜到。请换一个。",
    "password_was_used": "这是最近 5 次用过的密码。请换一个。",
    "password_too_simple": "密码要含大写字母、小写字母、数字、符号中的至少三类。请补上缺少的。",
}


class StaffPasswordValidator:
    """等保 2.0 8.1.4.1.a, for accounts that handle other people's data: 8 characters, three of the four classes."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or not user.is_staff_door:
            return
        if len(password) < 8:
            raise ValidationError("too short", code="password_too_short", params={"min_length": 8})
        if sum(any(map(is_of, password)) for is_of in CLASSES) < 3:
            raise ValidationError(SENTENCES["password_too_simple"], code="password_too_simple")

    def get_help_text(self) -> str:
        return STAFF_RULE


class OwnWordsValidator:
    """Not one's own name, number, phone or username (ASVS 6.2.11): what whoever knows her tries first."""

    def validate(self, password: str, user: User | None = None) -> None:
        text = "".join(character for character in password.lower() if character.isalnum())
        for what, piece in _own_words(user) if user else ():
            if len(piece) >= SHORTEST_PIECE and piece in text:
                raise ValidationError("hers", code="password_is_hers", params={"what": what})

    def get_help_text(self) -> str:
        return RULE


def _own_words(user: User) -> Iterator[tuple[str, str]]:
    username = "".join(character for character in user.username.lower() if character.isalnum())
    yield "用户名", username
    yield "用户名", username.rstrip("0123456789")
    if not user.person_id:
        return
    person = user.person
    yield "姓名", spelt(person.name)
    yield "姓名", spelt(person.name[1:])
    number = person.id_number.reveal("a password must not hold it").lower()
    yield "证件号码", number[-6:]
    if len(number) == 18:
        yield "出生日期", number[6:14]
        yield "出生日期", number[8:14]
    if person.phone:
        yield "手机号", person.phone.reveal("a password must not hold it")[-8:]


class NotUsedBeforeValidator:
    """等保 2.0 8.1.4.1.a, for staff: none of the last five."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or not user.pk or not user.is_staff_door:
            return
        old = user.old_passwords.order_by("-id").values_list("password", flat=True)[: LAST - 1]
        if any(check_password(password, one) for one in (user.password, *old)):
            raise ValidationError("used", code="password_was_used")

    def get_help_text(self) -> str:
        return STAFF_RULE


def is_over(user: User) -> bool:
    """Whether a staff member's password is so old that she must set another one. A resident's never is (ASVS 6.2.10)."""
    days: int = settings.STAFF_PASSWORD_DAYS
    return bool(days) and user.is_staff_door and timezone.now() - user.password_set_at > timedelta(days=days)


def rule_for(user: User | None) -> str:
    """The hint above the field."""
    return STAFF_RULE if user and user.is_staff_door else RULE


def problems(password: str, user: User | None = None) -> list[str]:
    """Why a new password is refused, one sentence each; empty when it is good."""
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        # Both length rules may object: the first one is the longer.
        first: dict[str | None, ValidationError] = {}
        for error in refusal.error_list:
            first.setdefault(error.code, error)
        return [_sentence(error) for error in first.values()]
    return []


def _sentence(error: ValidationError) -> str:
    return SENTENCES.get(error.code or "", "这个密码不符合要求。请换一个。").format(**(error.params or {}))


@transaction.atomic
def change(*, user: User, password: str, must_change: bool = False) -> User:
    """Set a new password. Every other session of the account ends, because it was signed with the old one."""
    if user.is_staff_door:
        OldPassword.objects.create(user=user, password=user.password)
        kept = user.old_passwords.order_by("-id").values_list("pk", flat=True)[:LAST]
        user.old_passwords.exclude(pk__in=list(kept)).delete()
    user.sessions.all().delete()
    user.set_password(password)
    user.must_change_password, user.password_set_at = must_change, timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_set_at"])
    return user

"""What a password must be, in our words, and changing it."""

from collections.abc import Callable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User

CLASSES: tuple[Callable[[str], bool], ...] = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())

RULE = "至少 10 位，不能全是数字，也不要用常见的密码。"
STAFF_RULE = "至少 10 位，大写字母、小写字母、数字、符号四类中至少有三类。"

# By the code of the validator that objected.
SENTENCES = {
    "password_too_short": "密码太短。请改为至少 {min_length} 位。",
    "password_too_common": "这个密码太常见，容易被猜到。请换一个。",
    "password_entirely_numeric": "密码不能全是数字。请加上字母或符号。",
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
def change(*, user: User, password: str) -> User:
    """Set a new password. Every other session of the account ends, because it was signed with the old one."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    return user

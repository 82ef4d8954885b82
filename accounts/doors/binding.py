"""绑定码: a second factor is bound under supervision. Whoever has found an initial password binds nothing with it: an administrator
issues a code to the person before her, good for a day, five tries and one app."""

import secrets
from datetime import timedelta
from hmac import compare_digest

from django.db import transaction
from django.utils import timezone

from accounts.doors.models import BindingCode
from accounts.models import User
from foundation import crypto

# Without what is read for one another. 31 characters, ten of them: 49 bits.
ALPHABET, LENGTH = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 10
LIFE, TRIES = timedelta(days=1), 5
ASK = "请联系单位的系统管理员签发绑定码。"


def issue(user: User) -> str:
    """A new code, shown once; an older one is worth nothing from now on."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    BindingCode.objects.update_or_create(
        user=user, defaults={"code_hash": _hash(user, code), "issued_at": timezone.now(), "tries": 0}
    )
    return code


@transaction.atomic
def use_up(user: User, code: str) -> str:
    """Why `code` is refused, as a sentence; empty when it was right, and then it is gone."""
    issued = BindingCode.objects.select_for_update().filter(user=user).first()
    if issued is None:
        return f"还没有签发绑定码。{ASK}"
    if timezone.now() - issued.issued_at > LIFE:
        return f"绑定码已超过 24 小时。{ASK}"
    if issued.tries >= TRIES:
        return f"绑定码已输错 {TRIES} 次，不能再用。{ASK}"
    if not compare_digest(bytes(issued.code_hash), _hash(user, code)):
        issued.tries += 1
        issued.save(update_fields=["tries"])
        return "绑定码不对。请核对管理员给您的绑定码后重新输入。"
    issued.delete()
    return ""


def _hash(user: User, code: str) -> bytes:
    return crypto.blind_index(f"{user.pk}:{code}", purpose="binding_code")

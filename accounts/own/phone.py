"""换手机号: by whoever can read a code on the old phone and on the new one. Whose old phone is lost goes to the counter, where an
officer sees her and her paper. Either is on record, and the feeds do not bring the old number back."""

from django.db import transaction

from accounts import sms
from accounts.models import Person, PhoneChange, User
from foundation import masks, numbers

BY_CODES = "原手机号和新手机号的短信验证码"


class CannotChange(Exception):
    """Nothing was changed: a sentence for the page, and the field it is about."""

    def __init__(self, sentence: str, *, field: str | None = None):
        super().__init__(sentence)
        self.field = field


def purpose(step: str, user: User, phone: str) -> str:
    """What a code to the old or the new phone is good for: this change of this account to this very number."""
    return f"phone:{step}:{user.pk}:{numbers.phone_index(phone).hex()[:16]}"


def prove(*, user: User, new: str, step: str, code: str) -> str:
    """Why the code from the old or the new phone is refused, as a sentence; empty when it was right. A wrong one is counted."""
    old = user.person.phone
    number = new if step == "new" else old.reveal("the hash of a 验证码 is made with the phone") if old else ""
    return sms.check(number, code, purpose(step, user, new))


@transaction.atomic
def change(person: Person, new: str, *, by: User, evidence: str) -> PhoneChange:
    """The phone is another one from now on, and that is on record. Raises `CannotChange`."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    old, index = person.phone, numbers.phone_index(new)
    if person.phone_index is not None and bytes(person.phone_index) == index:
        raise CannotChange("这就是现在登记的手机号，不用更换。", field="phone")
    left = bytes(person.phone_index) if person.phone_index is not None else None
    person.phone, person.phone_index = new, index
    person.save(update_fields=["phone", "phone_index", "last_four"])
    return PhoneChange.objects.create(
        person=person, by=by, evidence=evidence, old=str(old or ""), new=masks.phone(new), left_index=left
    )

"""A person becomes an account: known by real name, reached by phone, then a username and a password (G-07)."""

import psycopg
from django.db import IntegrityError, transaction

from accounts import sms
from accounts.models import Person, Role, User
from accounts.own import consent
from accounts.own.models import Agreed

USERNAME_TAKEN = "这个用户名已有人使用。请换一个用户名。"


class Refused(Exception):
    """Not registered: a sentence for the page, and the form field it is about, if it is about one."""

    field: str | None = None
    code: str | None = None

    def __init__(self, sentence: str, *, field: str | None = None):
        super().__init__(sentence)
        self.field = field


class AlreadyRegistered(Refused):
    """The person has a resident account."""

    code = "registered"

    def __init__(self) -> None:
        super().__init__("这个证件号码已经注册，请直接登录。")


def is_registered(person: Person) -> bool:
    """Whether the person has a resident account already."""
    return person.accounts.filter(role=Role.RESIDENT).exists()


def complete(*, person: Person, code: str, username: str, password: str, address: str | None) -> User:
    """Use up the 验证码, register, and keep what she has agreed to. A wrong code is counted; a taken username leaves the code good."""
    assert person.phone is not None, "known by the phone"
    with transaction.atomic():
        problem = sms.check(person.phone.reveal("the hash of a 验证码 is made with the phone"), code, "register")
        if not problem:
            user = register(person=person, username=username, password=password)
            consent.give(user, Agreed.NOTICE, address=address)
            return user
    raise Refused(problem, field="code")


@transaction.atomic
def register(*, person: Person, username: str, password: str) -> User:
    """The resident account of a verified person. Raises `Refused` when the person or the username has one."""
    if is_registered(person):
        raise AlreadyRegistered
    try:
        with transaction.atomic():
            return User.objects.create_user(username.lower(), password, role=Role.RESIDENT, person=person)
    except IntegrityError as error:
        # Somebody was faster by a moment: the database says in what.
        cause = error.__cause__
        if isinstance(cause, psycopg.Error) and cause.diag.constraint_name == "one_account_per_person_and_role":
            raise AlreadyRegistered from error
        raise Refused(USERNAME_TAKEN, field="username") from error

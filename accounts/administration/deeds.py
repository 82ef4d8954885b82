"""What an administrator does to accounts: each deed is on record with who and when, and ends the sign-ins it concerns."""

import secrets
import string

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import passwords
from accounts.administration import hands
from accounts.doors import binding
from accounts.identity import IdType, id_index
from accounts.models import Change, Person, Role, TaxOffice, User
from foundation import numbers

# Without the characters that are read for one another.
LETTERS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))


class CannotBeDone(Exception):
    """Why nothing was done, as a sentence for the page."""


@transaction.atomic
def create(
    *, by: User, username: str, name: str, number: str, phone: str, role: str, office: TaxOffice
) -> tuple[User, str]:
    """An account of an office, and the initial password, which is shown once. Raises CannotBeDone."""
    person = _person(name, number, phone)
    if known := person.accounts.filter(role=role).first():
        raise CannotBeDone(f"这个人已有{Role(role).label}账户，用户名是 {known.username}。每人每种身份只能有一个账户。")
    if User.objects.filter(username=username).exists():
        raise CannotBeDone("这个用户名已有人用。请换一个。")
    password = initial_password()
    user = User.objects.create_user(
        username, password, role=role, person=person, office=office, must_change_password=True
    )
    _record(by, user, "新建工作人员", after=f"{user.get_role_display()}，{office.name}")
    return user, password


@transaction.atomic
def create_administrator(
    username: str, name: str, number: str, phone: str, office: str, password: str, *, must_change: bool = True
) -> User:
    """The first of them, by whoever runs the server: nobody is there yet to be on record. Raises CannotBeDone."""
    place = TaxOffice.objects.filter(pk=office).first()
    if place is None:
        raise CannotBeDone(f"税务机关 {office} 没有登记。请先用 load_offices 加载它。")
    person = _person(name, number, phone)
    if User.objects.filter(username=username).exists() or person.accounts.filter(role=Role.ADMINISTRATOR).exists():
        raise CannotBeDone("这个用户名已有人用，或这个人已有系统管理员账户。")
    more = {"role": Role.ADMINISTRATOR, "person": person, "office": place, "must_change_password": must_change}
    return User.objects.create_user(username, password, **more)


@transaction.atomic
def move(username: str, office: TaxOffice, *, by: User, to: User | None = None) -> tuple[User, str]:
    """To another office; what she works on goes to a colleague of hers or back to the queue, and is told of. Her sign-ins end,
    because she acts for another one."""
    went = _handed_on(username, to=to, by=by)
    user = _locked(username, by=by)
    if user.office is None:
        raise CannotBeDone(f"{user.get_role_display()}不属于税务机关，不能调动。")
    if user.office_id == office.pk:
        raise CannotBeDone(f"{user.display_name}已经在{office.name}。您的操作没有生效。")
    before, user.office = user.office, office
    user.save(update_fields=["office"])
    _record(by, user, "税务机关", before=before.name, after=office.name)
    return user, _told(by, user, went, to)


@transaction.atomic
def set_active(username: str, active: bool, *, by: User, to: User | None = None) -> tuple[User, str]:
    """停用 ends her sign-ins with the next request, and what she works on goes to a colleague or back to the queue, and is told of;
    启用 lets her in again."""
    went = (0, 0) if active else _handed_on(username, to=to, by=by)
    user = _locked(username, by=by)
    words = {True: "在用", False: "停用"}
    if user.is_active == active:
        raise CannotBeDone(f"{user.display_name}的账户已经{words[active]}。您的操作没有生效。")
    user.is_active = active
    user.save(update_fields=["is_active"])
    _record(by, user, "状态", before=words[not active], after=words[active])
    return user, _told(by, user, went, to)


@transaction.atomic
def reset_password(username: str, *, by: User) -> tuple[User, str]:
    """A new initial password, shown once. Her sign-ins end, and the next one begins with a password of her own."""
    user = _locked(username, by=by)
    password = initial_password()
    passwords.change(user=user, password=password, must_change=True)
    _record(by, user, "密码", after="已重置，下次登录必改")
    return user, password


@transaction.atomic
def reset_second_factor(username: str, *, by: User) -> User:
    """The next sign-in binds another app. Raises CannotBeDone."""
    user = _locked(username, by=by)
    if not TOTPDevice.objects.filter(user=user).delete()[0]:
        raise CannotBeDone(f"{user.display_name}没有绑定身份验证器，登录时会自动引导绑定。")
    _record(by, user, "身份验证器", before="已绑定", after="没有绑定")
    return user


@transaction.atomic
def issue_binding_code(username: str, *, by: User) -> tuple[User, str]:
    """A 绑定码 for somebody without an app, shown once. Raises CannotBeDone."""
    user = _locked(username, by=by)
    if TOTPDevice.objects.filter(user=user).exists():
        raise CannotBeDone(f"{user.display_name}已绑定身份验证器。换手机的，请先重置身份验证器，再签发绑定码。")
    code = binding.issue(user)
    _record(by, user, "绑定码", after="已签发，24 小时内绑定一个身份验证器")
    return user, code


def initial_password() -> str:
    """Random, and good enough for the portal's own rule."""
    while True:
        password = "".join(secrets.choice(LETTERS) for _ in range(14))
        if not passwords.problems(password, User(role=Role.REVIEWER)):
            return password


def _locked(username: str, *, by: User) -> User:
    """Whoever's account it is, except one's own and a resident's, who look after themselves."""
    # Whoever takes a case meanwhile needs the key of her row: that is not held, or each would wait for the other.
    known = User.objects.select_related("person", "office").select_for_update(of=("self",), no_key=True)
    user = known.filter(username=username).exclude(role=Role.RESIDENT).first()
    if user is None:
        raise CannotBeDone("没有找到这个工作人员。请从列表重新进入。")
    must_be_anothers(user, by=by)
    return user


def must_be_anothers(user: User, *, by: User) -> None:
    """Raises CannotBeDone about one's own account."""
    if user.person_id == by.person_id:
        raise CannotBeDone("自己的账户不能自己改，须由另一位管理员处理。")


def _handed_on(username: str, *, to: User | None, by: User) -> tuple[int, int]:
    """Before her own row is locked: cases come first, as for everybody who decides."""
    user = User.objects.filter(username=username).first()
    return hands.hand_on(user, to=to, by=by) if user else (0, 0)


def _told(by: User, user: User, went: tuple[int, int], to: User | None) -> str:
    """What became of her cases, on record and as a sentence; empty when she had none."""
    given, back = went
    said = [f"{given} 件转交给{to.display_name}"] if given and to else []
    said += [f"{back} 件放回队列"] if back else []
    if not said:
        return ""
    _record(by, user, "手上的件", before=f"{given + back} 件", after="，".join(said))
    return f"手上的 {given + back} 件：{'，'.join(said)}。"


def _person(name: str, number: str, phone: str) -> Person:
    index = id_index(IdType.RESIDENT, number)
    person = Person.objects.filter(id_index=index).first()
    if person is None:
        return Person.objects.create(
            name=name, id_number=number, id_index=index, phone=phone, phone_index=numbers.phone_index(phone)
        )
    if numbers.fold_name(person.name) != numbers.fold_name(name):
        raise CannotBeDone("姓名与这个证件号码登记的不一致。请核对姓名和证件号码。")
    return person


def _record(by: User, about: User, what: str, *, before: str = "", after: str = "") -> None:
    Change.objects.create(by=by, about=about, what=f"工作人员 {about.display_name}，{what}", before=before, after=after)

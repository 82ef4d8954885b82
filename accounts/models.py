"""Who: people, organisations, tax offices, and the accounts they sign in with (design.md section 2)."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.doors.models import Authenticator as Authenticator  # Django finds models here
from accounts.doors.models import BindingCode as BindingCode
from accounts.doors.models import OldPassword as OldPassword
from accounts.doors.models import Session as Session
from accounts.doors.models import SignIn as SignIn
from accounts.finding import InitialsField, LastFourField
from accounts.identity import IdType
from accounts.kept.models import KeptForm as KeptForm
from accounts.own.models import Consent as Consent
from accounts.own.models import Correction as Correction
from accounts.own.models import PhoneChange as PhoneChange
from accounts.records.models import Change as Change
from accounts.records.models import Load as Load
from accounts.records.models import NameChange as NameChange
from accounts.records.models import Removal as Removal
from accounts.records.uploads import Upload as Upload
from accounts.records.uploads import UploadPart as UploadPart
from foundation import crypto, masks
from foundation.evidence import outdated


class TaxOffice(models.Model):
    """税务机关. `path` holds the codes from the province down to itself, so that "beneath" is a prefix match."""

    code = models.CharField("税务机关代码", max_length=11, primary_key=True)
    name = models.CharField("税务机关名称", max_length=100)
    division = models.CharField("行政区划代码", max_length=6)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=200, db_index=True)
    # For whoever comes or calls; empty where the feed has not said.
    address = models.CharField("地址", max_length=200, blank=True, default="")
    hotline = models.CharField("办公电话", max_length=40, blank=True, default="")
    hours = models.CharField("办公时间", max_length=100, blank=True, default="")
    # Without an active 审核人 of its own, the nearest office above that has one decides; None is the office itself. Both columns
    # are kept by `accounts.feeds.deciding`.
    deciding_office = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    decides_for = ArrayField(models.CharField(max_length=11), default=list, blank=True)

    IMPERSONAL = "code name division parent path address hotline hours deciding_office decides_for"

    def __str__(self) -> str:
        return self.name

    @property
    def dialled(self) -> str:
        """What a hotline is given: the first number, without what stands between its digits."""
        return re.sub(r"\D", "", re.split("[转、/]", self.hotline)[0])

    @property
    def in_its_queues(self) -> list[str]:
        """The codes of the offices whose cases its 审核人 decide: its own, and those below that have none."""
        return [self.code, *self.decides_for]


class Organisation(models.Model):
    """村组(单位): a village or unit that pays for its members."""

    social_number = models.CharField("单位社保号", max_length=20, primary_key=True)
    name = models.CharField("单位名称", max_length=100)
    tax_number = models.CharField("缴费人税号", max_length=20)
    kind = models.CharField("单位类型", max_length=30)
    division = models.CharField("行政区划代码", max_length=6)
    office = models.ForeignKey(TaxOffice, models.PROTECT)

    IMPERSONAL = "social_number name tax_number kind division office"

    class Meta:
        indexes = [
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="organisation_by_name"),
            models.Index(fields=["tax_number"], name="organisation_by_tax_number"),
        ]

    def __str__(self) -> str:
        return self.name


@outdated(fields="name id_type deceased_on")
class Person(models.Model):
    """自然人 / 缴费人, as the feeds know them. Number and phone are encrypted and found by their blind index."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    name = models.CharField("姓名", max_length=80)
    id_type = models.CharField("证件类型", max_length=3, choices=IdType, default=IdType.RESIDENT)
    id_number = crypto.EncryptedField("证件号码", mask=masks.id_number, index="id_index")
    id_index = models.BinaryField(max_length=32, unique=True)
    phone = crypto.EncryptedField("手机号", mask=masks.phone, index="phone_index", null=True)
    phone_index = models.BinaryField(max_length=32, null=True, db_index=True)
    # What officers look for: filled with whatever saves the name and the phone (`accounts.finding`).
    initials = InitialsField(models.TextField(), verbose_name="拼音首字母")
    last_four = LastFourField(null=True, db_index=True)
    deceased_on = models.DateField("死亡日期", null=True)

    PERSONAL = {
        "name": "who is paid; shown to the person and to the officers of the office",
        "id_type": "which document the number belongs to",
        "id_number": "real-name check and the agency's instruction",
        "id_index": "finding a person by number without the number",
        "phone": "验证码 and the contact for a refund",
        "phone_index": "sign-in by phone",
        "initials": "an officer finds a caller by them",
        "last_four": "an officer finds a caller by the last four digits; keyed hash",
        "deceased_on": "whether she can have applied herself",
    }
    IMPERSONAL = "id"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_phone_is_found_by_its_end",
                condition=Q(phone__isnull=True, last_four__isnull=True)
                | Q(phone__isnull=False, last_four__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="person_by_name"),
            GinIndex(fields=["initials"], name="person_by_initials"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_account(self) -> bool:
        """Whether she can sign in for herself."""
        return self.accounts.filter(role=Role.RESIDENT, is_active=True).exists()


class Role(models.TextChoices):
    """What an account is for. A natural person may hold one account of each."""

    RESIDENT = "resident", "自然人"
    CLERK = "clerk", "村组经办人"
    REVIEWER = "reviewer", "审核人"
    COUNTERSIGNER = "countersigner", "复核人"
    AUDITOR = "auditor", "审计员"
    ADMINISTRATOR = "administrator", "系统管理员"


OFFICER_ROLES = frozenset({Role.REVIEWER, Role.COUNTERSIGNER, Role.AUDITOR})
# Of a tax office, but no officer: she sees no application.
OFFICE_ROLES = OFFICER_ROLES | {Role.ADMINISTRATOR}


class Door(models.TextChoices):
    """The three tabs of the sign-in page (G-06)."""

    NATURAL = "natural", "自然人业务"
    VILLAGE = "village", "村组(单位)业务"
    TAX = "tax", "税务端"


DOOR_ROLES = {
    Door.NATURAL: frozenset({Role.RESIDENT}),
    Door.VILLAGE: frozenset({Role.CLERK}),
    Door.TAX: OFFICE_ROLES,
}


class UserManager(BaseUserManager["User"]):
    """Makes accounts with a hashed password."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account. A resident acts for `person`, a clerk for `organisation`, an officer for `office`."""

    username = models.CharField("用户名", max_length=30, unique=True)
    role = models.CharField("身份", max_length=15, choices=Role)
    person = models.ForeignKey(Person, models.PROTECT, related_name="accounts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True)
    office = models.ForeignKey(TaxOffice, models.PROTECT, null=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField("密码设置时间", default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    # What a page remembers for its user; a page that is not found in it has its defaults.
    preferences = models.JSONField(default=dict, blank=True)
    # To what she has agreed, and in which version; the records are in `consents`.
    agreed = models.JSONField(default=dict, blank=True)

    PERSONAL = {
        "username": "sign-in",
        "preferences": "what she asked a page to remember",
        "agreed": "not asking her again",
        "password": "sign-in; a hash",
        "last_login": "noticing an account that others use",
        "role": "which door",
        "person": "whose account",
        "organisation": "which village a clerk acts for",
        "office": "which office an officer acts for",
    }
    IMPERSONAL = "id is_active must_change_password password_set_at created_at"

    # Whether the second factor was given; django-otp puts it on the user of a request.
    is_verified: Callable[[], bool]

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], name="one_account_per_person_and_role"),
            models.CheckConstraint(
                name="user_acts_for_what_the_role_says",
                condition=Q(role=Role.RESIDENT, organisation=None, office=None)
                | Q(role=Role.CLERK, organisation__isnull=False, office=None)
                | Q(
                    role__in=[Role.REVIEWER, Role.COUNTERSIGNER, Role.AUDITOR, Role.ADMINISTRATOR],
                    office__isnull=False,
                    organisation=None,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def display_name(self) -> str:
        return self.person.name

    @property
    def door(self) -> Door:
        return next(door for door, roles in DOOR_ROLES.items() if self.role in roles)

    @property
    def is_resident(self) -> bool:
        return self.role == Role.RESIDENT

    @property
    def is_clerk(self) -> bool:
        return self.role == Role.CLERK

    @property
    def is_taxpayer(self) -> bool:
        """Whoever applies: she has messages and receipts. Whoever works for the tax side has none."""
        return self.is_resident or self.is_clerk

    @property
    def is_officer(self) -> bool:
        return self.role in OFFICER_ROLES

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_staff_door(self) -> bool:
        """Clerks and officers handle other people's data: shorter idle time, second factor."""
        return not self.is_resident

    @property
    def role_label(self) -> str:
        """The role with whom it is for, as the header shows it."""
        place = self.office or self.organisation
        return f"{place.name} {self.get_role_display()}" if place else self.get_role_display()


class SmsCode(models.Model):
    """A 验证码 that was sent to a phone: six digits, five minutes, five tries, kept only as its keyed hash."""

    phone_index = models.BinaryField(max_length=32)
    code_hash = models.BinaryField(max_length=32)
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used = models.BooleanField(default=False)

    PERSONAL = {"phone_index": "one code per phone; keyed hash", "code_hash": "checking the code; keyed hash"}
    IMPERSONAL = "id sent_at tries used"

    class Meta:
        indexes = [models.Index(fields=["phone_index", "-sent_at"])]

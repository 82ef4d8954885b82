"""The people, organisations, offices and accounts of the tests. All fictional: every number has the sequence 000.

A `PersonFactory` person has a valid resident number; `phone=None` leaves the phone out. A `UserFactory` account is a
resident unless one of its traits says otherwise: `UserFactory(reviewer=True)`. Its password is `PASSWORD`.
"""

from datetime import date, timedelta

import factory

from accounts import identity
from accounts.identity import IdType
from accounts.models import Organisation, Person, Role, TaxOffice, User
from accounts.own import consent
from accounts.own.models import Agreed
from foundation import numbers

PASSWORD = "Tuifei@2026"


def resident_number(n: int, division: str = "420984") -> str:
    """The n-th fictional resident number: a birthday from 1940 on and the sequence 000, which is never issued."""
    first_17 = f"{division}{date(1940, 1, 1) + timedelta(days=n % 25000):%Y%m%d}000"
    return first_17 + numbers.check_character(first_17)


class TaxOfficeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TaxOffice

    code = factory.Sequence(lambda n: f"1{n:010d}")
    name = factory.Sequence(lambda n: f"国家税务总局第{n}税务局")
    division = "420984"
    parent = None
    path = factory.LazyAttribute(lambda o: (o.parent.path if o.parent else "/") + o.code + "/")


OfficeFactory = TaxOfficeFactory


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    social_number = factory.Sequence(lambda n: f"4209840{n:05d}")
    name = factory.Sequence(lambda n: f"第{n}村村民委员会")
    tax_number = factory.Sequence(lambda n: f"54420984MF{n:08d}")
    kind = "村民委员会"
    division = "420984"
    office = factory.SubFactory(OfficeFactory)


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person
        exclude = ["number"]

    number = factory.Sequence(resident_number)
    name = factory.Sequence(lambda n: f"测试{n:04d}")
    id_type = IdType.RESIDENT
    id_number = factory.SelfAttribute("number")
    id_index = factory.LazyAttribute(lambda o: identity.id_index(o.id_type, o.id_number))
    phone = factory.Sequence(lambda n: f"199{n:08d}")
    phone_index = factory.LazyAttribute(lambda o: o.phone and numbers.phone_index(o.phone))


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        resident = factory.Trait(role=Role.RESIDENT)
        clerk = factory.Trait(role=Role.CLERK, organisation=factory.SubFactory(OrganisationFactory))
        reviewer = factory.Trait(role=Role.REVIEWER, office=factory.SubFactory(OfficeFactory))
        countersigner = factory.Trait(role=Role.COUNTERSIGNER, office=factory.SubFactory(OfficeFactory))
        auditor = factory.Trait(role=Role.AUDITOR, office=factory.SubFactory(OfficeFactory))
        administrator = factory.Trait(role=Role.ADMINISTRATOR, office=factory.SubFactory(OfficeFactory))

    username = factory.Sequence(lambda n: f"user{n:04d}")
    password = PASSWORD
    role = Role.RESIDENT
    person = factory.SubFactory(PersonFactory)
    agreed = factory.LazyFunction(lambda: dict.fromkeys(Agreed.values, consent.VERSION))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(**kwargs)

"""Villages: their clerks, what they paid at once for many, and the batches in which they ask for it back."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.feeds.organisations import uscc_check_character
from accounts.models import Organisation, Role, User
from benchmarks.province.applications import Paid, account, card, line, pension_payment
from benchmarks.province.cases import Applicant, Case
from benchmarks.province.handoffs import Claim
from benchmarks.province.lives import BATCHES, Fates
from benchmarks.province.places import ADDRESS, HASHED, County, who
from benchmarks.province.residents import Somebody
from benchmarks.province.world import World
from pension.codes import ArrivalStatus, PaymentType
from pension.models import CollectivePayment
from refunds.states import ReviewStatus

PEOPLE = (8, 12, 12, 15, 20, 20, 30, 40, 60)
# The whole of a community, now and then.
MANY, EVERY = 3_000, 400
MEMBER = Decimal("200.00")
# More than the countersigner's limit, however few they are.
HARDSHIP = Decimal("1600.00")
PAYMENTS_OF_ONE = 12


@dataclass
class Village:
    """A village and its clerk."""

    social_number: str
    name: str
    county: County
    clerk: Applicant
    payments: int = 0


class Villages:
    """Makes one batch after the other."""

    def __init__(self, world: World):
        self._world, self._fates = world, Fates(world.rng, BATCHES)
        self._villages = 0
        self._members = 0
        self.count = 0
        self._village: Village | None = None

    def next(self) -> None:
        """One more batch, of a village that has not had its twelve yet."""
        self.count += 1
        if self._village is None or self._village.payments == PAYMENTS_OF_ONE:
            self._village = self._settle()
        village, world = self._village, self._world
        life = self._fates.next(is_young=world.is_young)
        people = MANY if self.count % EVERY == 0 else world.rng.choice(PEOPLE)
        collective, payments = self._pay(village, people, HARDSHIP if life.large else MEMBER)
        chosen = payments[: -people // 8]  # the others are not asked for
        claim = Claim({payment.ticket: payment.amount for payment in chosen})
        case = Case(world, "pension", village.clerk, village.county, claim, world.now())
        place = Somebody("", village.name)
        case.row |= {"organisation_id": village.social_number, "collective_id": collective, "people_count": 0}
        case.row["year"] = chosen[0].year
        case.row |= account(world, case, place) | card(village.name)
        if life.steps != ("draft",):
            case.row["people_count"] = len(chosen)
        case.live(life)
        for payment in chosen:
            line(world, case, payment)
        if case.row["review_status"] == ReviewStatus.DRAFT:
            world.made += 1
        case.end()

    def _settle(self) -> Village:
        """A new village and its clerk."""
        self._villages += 1
        county, world = self._world.map.county(), self._world
        number, name = f"{county.division}{self._villages:06d}", f"{county.name}第{self._villages}村村民委员会"
        first = f"54{county.division}MF{self._villages:07d}"
        values = {"social_number": number, "name": name, "tax_number": first + uscc_check_character(first)}
        values |= {"kind": "村民委员会", "division": county.division, "office_id": county.office}
        world.tables[Organisation].add(values)
        person = world.people.add(county.division)
        own = {"username": f"cunzu{self._villages:06d}", "role": Role.CLERK, "person_id": person.pk}
        own |= {
            "organisation_id": number,
            "password": HASHED,
            "created_at": world.people.since,
            "password_set_at": world.people.since,
        }
        pk = world.tables[User].add(own)
        place = f"{name} {Role.CLERK.label}"
        context = who(user=pk, name=person.name, role=str(Role.CLERK), place=place, address=ADDRESS)
        return Village(number, name, county, Applicant(pk, context, {"organisation_id": number}))

    def _pay(self, village: Village, people: int, amount: Decimal) -> tuple[int, list[Paid]]:
        """What a village paid in one month for many of its people; the key of it, and the single payments."""
        world = self._world
        village.payments += 1
        month, year = village.payments, 2019 + village.payments % 5
        kind = PaymentType.HARDSHIP if amount == HARDSHIP else PaymentType.COLLECTIVE
        when = {"year": year, "month": month}
        together: dict[str, Any] = {"organisation_id": village.social_number, "payment_type": kind, **when}
        together |= {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
        key = world.tables[CollectivePayment].add(together)
        values = {"payment_type": kind, "organisation_id": village.social_number, "collective_id": key, "month": month}
        values |= {"amount": amount, "arrival_status": ArrivalStatus.ARRIVED}
        payments = []
        for _ in range(people):
            self._members += 1
            person = world.people.add(village.county.division)
            own = {"personal_number": f"{village.county.division}9{self._members:07d}"}
            payments.append(pension_payment(world, person, village.county, year, values | own))
        return key, payments

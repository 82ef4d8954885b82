"""Residents: people with accounts, what they have paid, and what they apply for, of both schemes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import Role, User
from accounts.own import consent
from accounts.own.models import Agreed
from benchmarks.province.cases import Applicant, Case
from benchmarks.province.handoffs import Claim
from benchmarks.province.lives import Fates, Life
from benchmarks.province.places import ADDRESS, HASHED, LARGEST, County, who
from benchmarks.province.residents import KNOWN, SEALED_ACCOUNT, SEALED_PHONE, Somebody, sealed, stamp
from benchmarks.province.world import World
from foundation.numbers import account_index
from medical.models import Enrolment
from medical.models import Payment as MedicalPayment
from pension.codes import AccountType, ArrivalStatus, PaymentType
from pension.models import Payment as PensionPayment
from pension.models import PensionRefundLine
from refunds.states import RELEASING, LineOutcome, ReviewStatus

# How many applications of 养老 and of 医保 somebody makes, and how often that is so.
WANTED = {(1, 0): 38, (0, 1): 32, (1, 1): 12, (2, 0): 8, (0, 2): 6, (0, 0): 4}
AMOUNTS = [Decimal(f"{yuan}.00") for yuan in (200, 300, 400, 500, 700, 1000, 1500, 2000, 3000, 5000)]
LARGE = [Decimal("12000.00"), Decimal("15600.50")]
PREMIUMS = [Decimal("350.00"), Decimal("380.00"), Decimal("400.00")]
CARE = Decimal("15.00")
CHANNELS = ("楚税通", "电子税务局", "办税服务厅")
BANKS = (("103", "中国农业银行"), ("102", "中国工商银行"), ("104", "中国银行"), ("105", "中国建设银行"))
MEDICAL_REASONS = ("duplicate", "employee", "elsewhere", "overpaid", "mistaken")
AGAIN = 0.4  # so many apply again after they got their payment back


@dataclass
class Paid:
    """A payment that may be asked for."""

    pk: int
    ticket: str
    amount: Decimal
    year: int


class Residents:
    """Makes one resident after the other, with everything that is hers."""

    def __init__(self, world: World):
        self._world, self._count = world, 0
        self._fates = {code: Fates(world.rng) for code in ("pension", "medical")}

    def next(self) -> None:
        """One more resident; she applies as long as the province is not full."""
        rng, world = self._world.rng, self._world
        known_as = self._count if self._count < KNOWN else None
        self._count += 1
        county = world.map.county() if known_as is None else self._home()
        person = world.people.add(county.division, known_as=known_as)
        self._person, self._county = person, county
        self._applicant = self._account(person)
        pension, medical = rng.choices(list(WANTED), list(WANTED.values()))[0]
        self._apply("pension", pension)
        if rng.random() < 0.5:
            self._pension_payment(world.now(), large=False, arrival=ArrivalStatus.ARRIVED)
        if medical or rng.random() < 0.2:
            self._enrolment = self._enrol()
            self._apply("medical", medical)
            if rng.random() < 0.5:
                self._medical_payment(world.now(), large=False)

    def _home(self) -> County:
        """Where the known people live."""
        return next(county for county in self._world.map.counties if county.division == LARGEST)

    def _apply(self, code: str, count: int) -> None:
        pay = {"pension": self._pension_payment, "medical": self._medical_payment}[code]
        for _ in range(count):
            if self._world.is_full:
                return
            moment = self._world.now()
            life = self._fates[code].next(is_young=self._world.is_young)
            payment = pay(moment, large=life.large)
            case = self._one(code, payment, life, moment)
            while case.is_released and not case.row["disputed"] and self._world.rng.random() < AGAIN:
                if self._world.is_full or payment.amount in LARGE:
                    break
                life = self._fates[code].next(is_young=self._world.is_young)
                case = self._one(code, payment, life, self._world.later(case.moment, "submit"))

    def _one(self, code: str, payment: Paid, life: Life, moment: float) -> Case:
        claim = Claim({payment.ticket: payment.amount})
        case = Case(self._world, code, self._applicant, self._county, claim, moment)
        case.row |= {"applicant_id": self._person.pk, "year": payment.year, **account(self._world, case, self._person)}
        case.row |= self._own_medical(payment) if code == "medical" else card(self._person.name)
        case.live(life)
        if code == "medical":
            case.row["holds"] = case.row["refund_status"] not in RELEASING
        else:
            line(self._world, case, payment)
        case.end()
        return case

    def _account(self, person: Somebody) -> Applicant:
        values = {"username": f"jumin{self._count:08d}", "role": Role.RESIDENT, "person_id": person.pk}
        values |= {
            "password": HASHED if person.number else "!",
            "created_at": self._world.people.since,
            "password_set_at": self._world.people.since,
        }
        values["agreed"] = dict.fromkeys(Agreed.values, consent.VERSION)
        pk = self._world.tables[User].add(values)
        context = who(user=pk, name=person.name, role=str(Role.RESIDENT), place=Role.RESIDENT.label, address=ADDRESS)
        return Applicant(pk, context, {"person_id": person.pk})

    def _pension_payment(self, moment: float, *, large: bool, arrival: ArrivalStatus | None = None) -> Paid:
        rng = self._world.rng
        amount = rng.choice(LARGE if large else AMOUNTS)
        # Of what is applied for, some has arrived by now.
        by_now = arrival or rng.choices([*ArrivalStatus], [85, 5, 10])[0]
        values = {
            "personal_number": f"{self._county.division}{self._count:08d}",
            "payment_type": PaymentType.PERSONAL,
            "arrival_status": by_now,
            "amount": amount,
        }
        return pension_payment(self._world, self._person, self._county, _year(self._world, moment), values)

    def _medical_payment(self, moment: float, *, large: bool) -> Paid:
        rng, table, year = self._world.rng, self._world.tables[MedicalPayment], _year(self._world, moment)
        care = CARE if rng.random() < 0.2 else None
        amount = rng.choice(LARGE if large else PREMIUMS)
        ticket = f"5{self._county.division}{year}{table.count + 1:010d}"
        values = {"ticket_number": ticket, "enrolment_id": self._enrolment, "item_name": "城乡居民基本医疗保险费"}
        values |= {"medical_amount": amount, "care_amount": care, "office_id": self._county.office}
        pk = table.add(values | _period(year) | {"channel": rng.choice(CHANNELS)})
        return Paid(pk, ticket, amount + (care or 0), year)

    def _enrol(self) -> int:
        county = self._county
        where = {"agency_code": county.division, "agency_name": f"{county.name}医疗保障局(城乡医疗)"}
        number = f"{county.division}{self._count:010d}"
        return self._world.tables[Enrolment].add({"person_id": self._person.pk, **where, "social_number": number})

    def _own_medical(self, payment: Paid) -> dict[str, Any]:
        reason = self._world.rng.choice(MEDICAL_REASONS)
        where = {"branch": f"中国农业银行{self._county.name}支行", "division_id": self._county.division}
        return {"payment_id": payment.pk, "account_kind": "个人银行结算账户", "reason_id": reason, **where}


def pension_payment(world: World, person: Somebody, county: County, year: int, values: dict[str, Any]) -> Paid:
    """One payment of 养老, of a person or as part of a village's."""
    table = world.tables[PensionPayment]
    ticket = f"4{county.division}{year}{table.count + 1:010d}"
    common = {"ticket_number": ticket, "person_id": person.pk, "office_id": county.office}
    common |= _period(year) | {"channel": world.rng.choice(CHANNELS)}
    return Paid(table.add(common | values), ticket, values["amount"], year)


def card(name: str) -> dict[str, Any]:
    """What 养老 asks beside the account."""
    return {"account_type": AccountType.CARD, "contact_name": name}


def account(world: World, case: Case, somebody: Somebody) -> dict[str, Any]:
    """Where the money goes; of the known people, an account that can be looked for."""
    rng, (bank, name) = world.rng, world.rng.choice(BANKS)
    common = {"account_name": somebody.name, "bank_code": bank, "bank_name": name}
    if not somebody.number:
        number, phone = rng.randbytes(SEALED_ACCOUNT - 1), rng.randbytes(SEALED_PHONE - 1)
        secret = {"account_number": b"\1" + number, "contact_phone": b"\1" + phone}
        return common | secret | {"account_index": rng.randbytes(32)}
    model, pk, number = case.scheme.model, case.row["id"], f"62284804{somebody.phone}"
    return common | {
        "account_number": sealed(model, "account_number", pk, number),
        "account_index": account_index(number),
        "contact_phone": sealed(model, "contact_phone", pk, somebody.phone),
    }


def line(world: World, case: Case, payment: Paid) -> None:
    """A line of an application of 养老, as decision and agency have left it."""
    claim, row = case.claim, case.row
    left_out = payment.ticket in claim.left_out
    outcome, reason = ("", "") if left_out else (claim.outcome, claim.reason)
    if payment.ticket in claim.returned and not left_out:
        outcome, reason = LineOutcome.RETURNED, claim.returned[payment.ticket]
    is_out = left_out and row["review_status"] == ReviewStatus.COMPLETED
    world.tables[PensionRefundLine].add(
        {
            "refund_id": row["id"],
            "payment_id": payment.pk,
            "amount": payment.amount,
            "live": row["refund_status"] not in RELEASING and not is_out and outcome != LineOutcome.RETURNED,
            "left_out_id": "other" if left_out else None,
            "left_out_remark": "与参保信息不符" if left_out else "",
            "left_out_by_id": claim.marked_by if left_out else None,
            "outcome": outcome,
            "outcome_reason": reason,
        }
    )


def _year(world: World, moment: float) -> int:
    """Something of the last years before it was asked for."""
    return int(stamp(moment)[:4]) - world.rng.randint(0, 5)


def _period(year: int) -> dict[str, Any]:
    paid = {"year": year, "paid_on": f"{year}-09-06"}
    return paid | {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}

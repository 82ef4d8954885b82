"""医保 in the demo: the feed, who has reported an account, and what has been applied for before the visitor arrives."""

import uuid
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.demo import PASSWORD, person_number
from accounts.identity import id_index
from accounts.models import Person, Role, User
from accounts.own import consent
from bankreports import register
from bankreports.codes import Operation
from bankreports.models import AccountKind, Bank, DepositAccountRecord, Division
from bankreports.register import Owner
from medical import applications
from medical.models import MedicalRefund, Payment, RefundReason
from refunds import actions
from refunds_portal.demo.names import HANCHUAN, HUARONG, LIU, ZHANG, name_of

COLUMNS = (
    "缴费人姓名 证件类型 证件号码 手机号 社保经办机构名称 社保经办机构代码 社保编码 参保年度 票证号码 征收项目名称 医疗金额 "
    "长护金额 费款所属期起 费款所属期止 缴费发生日期 缴费渠道 税务机关代码"
)

HANCHUAN_AGENCY = ("汉川市医疗保障局(城乡医疗)", "420984")
HUARONG_AGENCY = ("华容区医疗保障局(城乡医疗)", "420703")
WUHAN_AGENCY = ("武汉市医疗保障局(医疗)", "420100")
YEARLY = {2023: "350.00", 2024: "380.00", 2025: "400.00"}
# The agency decides by the last two digits of the account (design.md section 7).
ENDINGS = ["88", "01", "02", "65"]
REASONS = ["duplicate", "employee", "elsewhere", "overpaid"]


def payments():
    """Rows of load_payments medical: 刘秀兰 and 张浩然 of design.md section 8, and neighbours of both counties."""
    yield _row(LIU, HANCHUAN_AGENCY, "420984550618", 2023, "1", HANCHUAN)
    yield _row(LIU, HANCHUAN_AGENCY, "420984550618", 2024, "2", HANCHUAN)
    yield _row(ZHANG, WUHAN_AGENCY, "420100920415", 2024, "3", HUARONG)
    yield _row(ZHANG, HUARONG_AGENCY, "420703920415", 2024, "4", HUARONG)
    for agency, office, division, count in (
        (HANCHUAN_AGENCY, HANCHUAN, "420981", 14),
        (HUARONG_AGENCY, HUARONG, "420704", 7),
    ):
        for n in range(count):
            person = (name_of(n + 5), division, date(1950, 2, 3) + timedelta(days=n * 411), f"136{office[4:8]}{n:04d}")
            care = "15.00" if n % 4 == 1 else ""
            year = 2023 + n % 3
            yield _row(person, agency, f"{division}{n:06d}", year, f"{n + 101}", office, care)


def play() -> None:
    """张浩然 has reported an account; the neighbours have applied, and some of them are further on."""
    zhang = Person.objects.get(id_index=id_index("201", person_number(ZHANG[1], ZHANG[2])))
    hers = User.objects.create_user("zhanghaoran", PASSWORD, role=Role.RESIDENT, person=zhang)
    consent.give_all(hers)
    _report(hers, "95599420703000088")
    known = [id_index("201", person_number(person[1], person[2])) for person in (LIU, ZHANG)]
    waiting = _submit_for_everybody(but=known)
    officer = User.objects.get(username="shenhe2")
    for refund in [refund for refund in waiting if refund.office_id == HANCHUAN][: len(ENDINGS)]:
        assert refund.number, "it was submitted"
        actions.approve(refund.number, by=officer)


def _submit_for_everybody(but) -> list[MedicalRefund]:
    refunds = []
    others = Payment.objects.exclude(enrolment__person__id_index__in=but)
    for n, payment in enumerate(others.select_related("enrolment__person", "office").order_by("office_id", "pk")):
        person = payment.enrolment.person
        # Neighbours cannot sign in: they are there to fill the queue.
        user = User.objects.create(
            username=f"medical{n:03d}", role=Role.RESIDENT, person=person, password=make_password(None)
        )
        record = _report(user, f"95588{n:010d}{ENDINGS[n % len(ENDINGS)]}")
        account = {"record": record, "contact_phone": person.phone}
        reason = RefundReason.objects.get(code=REASONS[n % len(REASONS)])
        refunds += applications.apply([payment], account=account, reason=reason, words="", by=user, key=uuid.uuid4())
    return refunds


def _report(user, number: str) -> DepositAccountRecord:
    """存款账户账号报告 with one account, submitted."""
    owner = Owner.of(user)
    today = timezone.localdate()
    record = DepositAccountRecord(
        operation=Operation.ADD,
        account_kind=AccountKind.objects.get(code="1120"),
        issued_on=today,
        opened_on=today,
        division=Division.objects.get(code="420704"),
        bank_class=Bank.objects.get(code="103"),
        branch="中国农业银行股份有限公司鄂州鄂城支行",
        account_name=owner.name,
        account_number=number,
        pays_tax=True,
        takes_refund=True,
        takes_export_refund=False,
    )
    register.keep(owner, record, by=user)
    register.submit(owner, seen=register.fingerprint(record.report), by=user)
    return register.in_force(owner).get(pk=record.pk)


def _row(person, agency, social_number, year, ticket, office, care=""):
    name, division, born, phone = person
    agency_name, agency_code = agency
    return (
        name, "居民身份证", person_number(division, born), phone, agency_name, agency_code, social_number, year,
        f"4{agency_code}{year}{ticket:0>8}", "城乡居民基本医疗保险费", YEARLY[year], care, date(year, 1, 1),
        date(year, 12, 31), date(year - 1, 9, 6), "楚税通", office,
    )  # fmt: skip

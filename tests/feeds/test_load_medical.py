"""`manage.py load_payments medical FILE`. What it shares with pension is in `test_load_payments`."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError
from django.db import connection

from accounts import identity
from accounts.models import Person, TaxOffice
from foundation.feeds import staging
from medical.feeds import PaymentFeed
from medical.models import Enrolment, Payment
from tests.feeds import data
from tests.feeds.bad_payments import TOMORROW
from tests.feeds.conftest import rejected

AGENCY, AGENCY_NAME = "420703", "华容区医疗保障局(城乡医疗)"
WUHAN = {"社保经办机构代码": "420100", "社保经办机构名称": "武汉市医疗保障局(医疗)"}


@pytest.fixture
def load(run, places, tmp_path):
    """Load these rows, or a file; gives what was printed."""

    def load_rows(*rows, bom=False):
        path = rows[0] if not isinstance(rows[0], dict) else write(tmp_path / "a.csv", rows, bom=bom)
        return run("load_payments", "medical", path)

    return load_rows


def write(path, rows, *, bom=False):
    return data.write(path, rows, PaymentFeed.columns, bom=bom)


def paid(n: int, *, person: int | None = None, **changes: str) -> dict[str, str]:
    """The n-th medical payment, of the n-th person and enrolment unless another is given."""
    who = n if person is None else person
    year = 2020 + n % 5
    row = {
        "缴费人姓名": data.person_name(who),
        "证件类型": "201",
        "证件号码": data.resident_number(who),
        "手机号": f"199{who:08d}",
        "社保经办机构名称": AGENCY_NAME,
        "社保经办机构代码": AGENCY,
        "社保编码": f"M{who:08d}",
        "参保年度": str(year),
        "票证号码": f"442{n:012d}",
        "征收项目名称": "城乡居民基本医疗保险费",
        "医疗金额": "380.00",
        "长护金额": "15.00" if n % 2 else "",
        "费款所属期起": f"{year}-01-01",
        "费款所属期止": f"{year}-12-31",
        "缴费发生日期": f"{year - 1}-10-{n % 28 + 1:02d}",
        "缴费渠道": "楚税通",
        "税务机关代码": data.OFFICE,
    }
    return {**row, **changes}


def versions() -> list[tuple]:
    """What any UPDATE would change, even one that sets the same values."""
    rows = []
    with connection.cursor() as cursor:
        for table in ("medical_payment", "medical_enrolment", "accounts_person"):
            cursor.execute(f"SELECT '{table}', id::text, xmin::text, ctid::text FROM {table}")
            rows += cursor.fetchall()
    return sorted(rows)


def refusals(tmp_path) -> list[tuple[int, str, str]]:
    """(line, column, reason) of what was refused."""
    return [(int(row["行号"]), row["出错列"], row["原因"]) for row in data.read(rejected(tmp_path / "a.csv"))]


@pytest.mark.parametrize("bom", [False, True])
def test_a_good_file_brings_people_enrolments_and_payments(load, bom):
    assert "共 2 行，新增 2，更新 0，未变 0，拒绝 0" in load(paid(1), paid(2), bom=bom)
    payment = Payment.objects.select_related("enrolment__person").get(ticket_number=paid(1)["票证号码"])
    enrolment, person = payment.enrolment, payment.enrolment.person
    assert (person.name, person.id_number.reveal("in a test")) == (data.person_name(1), data.resident_number(1))
    assert person.phone.reveal("in a test") == "19900000001"
    assert (enrolment.agency_code, enrolment.agency_name) == (AGENCY, AGENCY_NAME)
    assert (enrolment.social_number, payment.item_name) == ("M00000001", "城乡居民基本医疗保险费")
    assert (payment.year, payment.medical_amount, payment.care_amount) == (2021, Decimal("380.00"), Decimal("15.00"))
    assert (payment.period_start, payment.period_end) == (date(2021, 1, 1), date(2021, 12, 31))
    assert (payment.paid_on, payment.channel, payment.office_id) == (date(2020, 10, 2), "楚税通", data.OFFICE)


# (column, part of the reason, changed cells). Person and payment 900 are registered, 901 are not.
BAD = [
    ("缴费人姓名", "登记的姓名与本行不同", {"缴费人姓名": "别的人", "证件号码": data.resident_number(900)}),
    ("证件号码", "现在少 1 位", {"证件号码": data.resident_number(901)[:-1]}),
    ("手机号", "手机号应为 11 位数字", {"手机号": "1990000"}),
    ("社保经办机构名称", "社保经办机构名称不能为空", {"社保经办机构名称": " "}),
    ("社保经办机构名称", "最多 80 个字，现在有 81 个", {"社保经办机构名称": "局" * 81}),
    ("社保经办机构代码", "应为 1 到 20 位数字或字母", {"社保经办机构代码": "4" * 21}),
    ("社保编码", "社保编码不能为空", {"社保编码": ""}),
    ("社保编码", "应为 1 到 30 位数字或字母", {"社保编码": "M" * 31}),
    ("社保编码", "登记的是另一个人", {"社保编码": paid(900)["社保编码"]}),
    ("参保年度", "参保年度应为 2010 到", {"参保年度": "2009"}),
    ("参保年度", "参保年度应为 2010 到", {"参保年度": str(date.today().year + 2)}),
    ("票证号码", "票证号码不能为空", {"票证号码": ""}),
    ("票证号码", "票证号码应为 1 到 40 位", {"票证号码": "9" * 41}),
    ("征收项目名称", "最多 60 个字", {"征收项目名称": "费" * 61}),
    ("医疗金额", "金额应大于 0", {"医疗金额": "0.00"}),
    ("医疗金额", "最多两位小数", {"医疗金额": "380.005"}),
    ("医疗金额", "金额应为大于 0 的数", {"医疗金额": ""}),
    ("长护金额", "没有收取长护的，应为空或 0", {"长护金额": "-15"}),
    ("长护金额", "最多两位小数", {"长护金额": "0.001"}),
    ("费款所属期起", "日期应写成 2024-01-31", {"费款所属期起": "01.02.2020"}),
    ("费款所属期止", "早于费款所属期起", {"费款所属期起": "2020-02-01", "费款所属期止": "2020-01-31"}),
    ("缴费发生日期", "缴费发生日期在今天之后", {"缴费发生日期": TOMORROW}),
    ("缴费渠道", "最多 30 个字", {"缴费渠道": "楚" * 31}),
    ("税务机关代码", "税务机关代码应为 11 位数字", {"税务机关代码": "1420703"}),
    ("税务机关代码", "税务机关 19999999999 没有登记", {"税务机关代码": "19999999999"}),
    ("参保年度；医疗金额；手机号", "；金额应大于 0；手机号应为", {"参保年度": "", "医疗金额": "0", "手机号": "1"}),
]


def test_every_bad_cell_is_explained_and_the_good_rows_around_go_in(load, tmp_path):
    load(paid(900))
    rows = []
    for n, (_column, _reason, changes) in enumerate(BAD):
        rows += [paid(2 * n), paid(2 * n + 1, **changes)]
    printed = load(*rows)
    assert f"新增 {len(BAD)}，更新 0，未变 0，拒绝 {len(BAD)}" in printed
    assert Payment.objects.count() == Person.objects.count() == Enrolment.objects.count() == len(BAD) + 1
    for (line, column, reason), n in zip(found := refusals(tmp_path), range(len(BAD)), strict=True):
        assert (line, column, BAD[n][1] in reason) == (2 * n + 3, BAD[n][0], True), reason
    said = printed + "".join(reason for *_, reason in found).replace("19999999999", "")
    assert not re.search(r"\d{11}|M\d{8}", said)

    before = versions()
    assert f"新增 0，更新 0，未变 {len(BAD)}，拒绝 {len(BAD)}" in load(tmp_path / "a.csv")
    assert versions() == before
    corrected = [paid(2 * n + 1) for n in range(len(BAD))]
    assert f"新增 {len(BAD)}，更新 0，未变 0，拒绝 0" in load(*corrected)


def test_the_same_file_twice_changes_nothing(load):
    rows = [paid(n, person=n % 20) for n in range(60)]
    load(*rows)
    before = versions()
    assert "共 60 行，新增 0，更新 0，未变 60，拒绝 0" in load(*rows)
    assert versions() == before


def test_a_person_may_have_several_enrolments_and_an_agency_number_its_own_person_each(load):
    same_number = {"社保编码": paid(1)["社保编码"], **WUHAN}
    assert "新增 3" in load(paid(1), paid(2, person=1, **WUHAN, 社保编码="W1"), paid(3, **same_number))
    person = Person.objects.get(name=data.person_name(1))
    assert set(person.enrolments.values_list("agency_code", "social_number")) == {
        (AGENCY, "M00000001"),
        ("420100", "W1"),
    }
    assert Payment.objects.of_person(person.pk).count() == 2
    assert Enrolment.objects.get(agency_code="420100", social_number="M00000001").person.name == data.person_name(3)


def test_an_enrolment_belongs_to_the_first_good_row_that_names_it(load, tmp_path):
    taken = {"社保编码": "M00000001"}
    assert "新增 2，更新 0，未变 0，拒绝 2" in load(
        paid(3, **taken, 医疗金额="0"), paid(1), paid(2, **taken), paid(4, person=1)
    )
    assert [(line, column) for line, column, _ in refusals(tmp_path)] == [(2, "医疗金额"), (4, "社保编码")]
    assert "本文件第 3 行有同一经办机构的同一社保编码，却是另一个人的" in refusals(tmp_path)[1][2]
    assert Enrolment.objects.get().person.name == data.person_name(1)
    load(paid(2, **taken))
    assert "系统中这个社保编码在该经办机构登记的是另一个人" in refusals(tmp_path)[0][2]


def test_a_row_refused_for_its_ticket_or_its_enrolment_does_not_stand_in_the_way_of_another(load, tmp_path):
    ticket = [{"票证号码": f"T{n}"} for n in range(4)]
    rows = [
        paid(1, **ticket[1]),
        paid(2, **ticket[1]),  # second by its ticket …
        paid(3, **ticket[2], 社保编码=paid(2)["社保编码"]),  # … so this enrolment is free,
        paid(4, **ticket[3], 社保编码=paid(1)["社保编码"]),  # second by its enrolment …
        paid(5, **ticket[3]),  # … so this ticket is free
        paid(6, 社保编码=paid(2)["社保编码"]),  # but by now both are taken
        paid(7, **ticket[3]),
    ]
    assert "新增 3，更新 0，未变 0，拒绝 4" in load(*rows)
    refused = [(3, "票证号码"), (5, "社保编码"), (7, "社保编码"), (8, "票证号码")]
    assert [(line, column) for line, column, _ in refusals(tmp_path)] == refused
    assert "票证号码与本文件第 2 行相同，只取先出现的一行" in refusals(tmp_path)[0][2]
    before = versions()
    assert "新增 0，更新 0，未变 3，拒绝 4" in load(*rows)
    assert versions() == before


def test_an_agency_has_the_name_of_the_last_good_row_of_the_newest_file(load):
    def names():
        return list(Enrolment.objects.order_by("social_number").values_list("agency_name", flat=True))

    def named(n, name, **changes):
        return paid(n, 社保经办机构名称=name, **changes)

    rows = [named(1, "甲局"), named(2, "乙局"), named(3, "丙局", 医疗金额="0"), paid(4, **WUHAN)]
    load(*rows)
    assert names() == ["乙局", "乙局", WUHAN["社保经办机构名称"]]
    before = versions()
    load(*rows)
    assert versions() == before
    # Also for those of the agency who are not in the newer file; a name is no change of the payment.
    assert "新增 0，更新 0，未变 1" in load(named(1, "新局"))
    assert names() == ["新局", "新局", WUHAN["社保经办机构名称"]]


@pytest.mark.parametrize(
    ("field", "was", "changes"),
    [
        ("year", "2021", {"参保年度": "2022"}),
        ("medical_amount", "380.00", {"医疗金额": "350.00"}),
        ("care_amount", "15.00", {"长护金额": ""}),
        ("care_amount", "15.00", {"长护金额": "16.00"}),
        ("period_end", "2021-12-31", {"费款所属期起": "2021-02-01", "费款所属期止": "2022-12-31"}),
        ("enrolment_id", None, {"社保编码": "M2"}),
        ("enrolment_id", None, {"社保经办机构代码": "420100"}),
        ("enrolment_id", None, {cell: paid(2)[cell] for cell in ("缴费人姓名", "证件号码", "手机号", "社保编码")}),
    ],
)
def test_a_known_ticket_that_says_something_else_is_followed_and_its_history_kept(load, field, was, changes):
    load(paid(1), paid(2))
    before = Payment.objects.get(ticket_number=paid(1)["票证号码"])
    assert "新增 0，更新 1，未变 0，拒绝 0" in load(paid(1, **changes))
    after = Payment.objects.get(pk=before.pk)
    kept = after.events.get()
    assert str(getattr(kept, field)) == (was or str(before.enrolment_id))
    assert getattr(after, field) != getattr(before, field)
    assert (after.enrolment.agency_code, after.enrolment.social_number) == (
        changes.get("社保经办机构代码", AGENCY),
        changes.get("社保编码", "M00000001"),
    )
    assert "未变 1" in load(paid(1, **changes))


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("征收项目名称", "城乡居民医疗保险费", "item_name"),
        ("缴费发生日期", "2020-11-30", "paid_on"),
        ("缴费渠道", "电子税务局", "channel"),
        ("税务机关代码", "14207030000", "office_id"),
    ],
)
def test_the_rest_follows_the_tax_core_system_and_touches_only_its_row(load, column, value, field):
    TaxOffice.objects.create(code="14207030000", name="华容区税务局", division="420703", path="/14207030000/")
    load(paid(1), paid(2))
    before = set(versions())
    assert "新增 0，更新 1，未变 1，拒绝 0" in load(paid(1, **{column: value}), paid(2))
    assert str(getattr(Payment.objects.get(ticket_number=paid(1)["票证号码"]), field)) == value
    assert len(before - set(versions())) == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [("", None), ("0", None), ("0.00", None), (" ０.0 ", None), ("15", "15.00"), ("0.01", "0.01")],
)
def test_care_that_is_empty_or_0_was_not_collected(load, written, kept):
    load(paid(1, 长护金额=written))
    payment = Payment.objects.get()
    assert payment.care_amount == (Decimal(kept) if kept else None)
    assert payment.amount == 380 + Decimal(kept or 0)
    assert "未变 1，拒绝 0" in load(paid(1, 长护金额=written or "0.00"))


def test_a_second_load_is_turned_away_while_one_runs_and_one_of_pension_is_not(run, load, tmp_path):
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            assert staging.try_lock(cursor, PaymentFeed.name)
            with pytest.raises(CommandError, match="另一个同类文件正在加载"):
                load(paid(1))
            assert "新增 1" in run("load_payments", "pension", data.write(tmp_path / "p.csv", data.payments(1)))
        other.rollback()
    finally:
        other.close()


def test_people_whom_somebody_else_brought_in_meanwhile_are_taken_over(load, monkeypatch):
    check, theirs = PaymentFeed.check, []

    def somebody_else_is_faster(feed, stage):
        number = data.resident_number(1)
        index = identity.id_index("201", number)
        theirs.append(Person.objects.create(name=data.person_name(1), id_number=number, id_index=index))
        check(feed, stage)

    monkeypatch.setattr(PaymentFeed, "check", somebody_else_is_faster)
    assert "新增 2，更新 0，未变 0，拒绝 0" in load(paid(1), paid(2, person=1))
    assert [enrolment.person for enrolment in Enrolment.objects.all()] == theirs

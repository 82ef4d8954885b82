"""`manage.py load_payments pension FILE`."""

import re
import stat

import pytest
from django.core.management import CommandError
from django.db import connection

from accounts import identity
from accounts.models import Person
from accounts.own import phone
from foundation import numbers
from foundation.feeds import runner, staging
from foundation.feeds.errors import FeedError
from pension.feeds import PaymentFeed
from pension.models import Payment
from tests.accounts.factories import UserFactory
from tests.feeds import bad_payments, data
from tests.feeds.conftest import rejected

ROWS, BAD = 10_000, 500


@pytest.fixture
def load(run, places):
    """Load a file of pension payments; gives what was printed."""
    return lambda path: run("load_payments", "pension", path)


def versions() -> list[tuple]:
    """What any UPDATE would change, even one that sets the same values."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'p', id::text, xmin::text, ctid::text FROM pension_payment")
        payments = cursor.fetchall()
        cursor.execute("SELECT 'a', id::text, xmin::text, ctid::text FROM accounts_person")
        return sorted(payments + cursor.fetchall())


def text_dump() -> str:
    """Every row of every table as text, temporary tables of the load included; without what is sealed or hashed, whose digits now
    and then happen to be somebody's phone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
               WHERE schemaname = 'public' OR schemaname LIKE 'pg_temp%'"""
        )
        dump = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT string_agg(t::text, chr(10)) FROM {table} t")
            dump.append(cursor.fetchone()[0] or "")
    return re.sub(r"\\+x[0-9a-f]+", "", "\n".join(dump))


def windows(runs: list[str], width: int) -> set[str]:
    """All pieces of that width: a number may stand inside a longer run of digits."""
    return {run[start : start + width] for run in runs for start in range(len(run) - width + 1)}


def mixed_file(path):
    """10,000 payments of which every twentieth is bad, and per bad line: (n, column, part of the reason)."""
    expected, line = {}, 2
    with path.open("wb") as file:
        file.write((",".join(PaymentFeed.columns) + "\r\n").encode())
        for n in range(ROWS):
            if n % 20 == 7:
                row, column, reason = bad_payments.spoil(n // 20 % bad_payments.KINDS, n, line)
                expected[line] = n, column, reason
            else:
                row = data.line(data.payment(n))
            file.write(row)
            line += row.count(b"\n")
    return expected


def test_good_rows_go_in_and_every_bad_one_is_explained_and_can_be_corrected(load, tmp_path):
    load(data.write(tmp_path / "before.csv", data.payments(10, first=bad_payments.REGISTERED)))
    expected = mixed_file(tmp_path / "feed.csv")
    assert len(expected) == BAD
    assert bad_payments.KINDS >= 40

    printed = load(tmp_path / "feed.csv")
    assert "共 10,000 行，新增 9,500，更新 0，未变 0，拒绝 500" in printed
    assert Payment.objects.count() == 9_500 + 10

    explained = data.read(rejected(tmp_path / "feed.csv"))
    assert [int(row["行号"]) for row in explained] == list(expected)
    for row, (_n, column, reason) in zip(explained, expected.values(), strict=True):
        assert (row["出错列"], reason in row["原因"]) == (column, True), row["原因"]
        assert row["原因"].endswith("。")

    before = versions()
    assert "新增 0，更新 0，未变 9,500，拒绝 500" in load(tmp_path / "feed.csv")
    assert versions() == before

    corrected = [{**row, **data.payment(n)} for row, (n, *_) in zip(explained, expected.values(), strict=True)]
    again = data.write(tmp_path / "corrected.csv", corrected, explained[0], bom=True)
    assert "共 500 行，新增 500，更新 0，未变 0，拒绝 0" in load(again)
    assert Payment.objects.count() == ROWS + 10

    runs = re.findall(r"[0-9]{11,}X?", text_dump())
    assert not {data.resident_number(n) for n in range(ROWS)} & windows(runs, 18)
    assert not {data.payment(n)["手机号"] for n in range(ROWS)} & windows(runs, 11)
    assert not re.search(r"\d{11}", printed)


def test_a_rejected_file_loads_as_it_is_and_says_the_same_again(load, tmp_path):
    path = data.write(tmp_path / "a.csv", [data.payment(1), data.payment(2, 缴费金额="0")])
    load(path)
    assert "共 1 行，新增 0，更新 0，未变 0，拒绝 1" in load(rejected(path))
    first, second = data.read(rejected(path)), data.read(rejected(rejected(path)))
    assert [(row["行号"], row["原因"]) for row in first] == [("3", "金额应大于 0。")]
    assert [(row["行号"], row["原因"]) for row in second] == [("2", "金额应大于 0。")]


def test_the_rejected_file_is_private_readable_in_excel_and_gone_when_nothing_is_refused(load, tmp_path):
    path = data.write(tmp_path / "a.csv", [data.payment(1, 缴费渠道="")])
    load(path)
    assert stat.S_IMODE(rejected(path).stat().st_mode) == 0o600
    raw = rejected(path).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    # A tab keeps Excel from turning the number into 4.2E+17.
    assert f"\t{data.resident_number(1)}".encode() in raw
    data.write(path, [data.payment(1)])
    load(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_numbers_are_understood_full_width_spaced_and_in_lower_case(load, tmp_path):
    n = next(n for n in range(1, 100) if data.resident_number(n).endswith("X"))
    number = data.resident_number(n).lower()
    wide = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789x"})
    changes = {
        "证件号码": f" {wide[:6]} {wide[6:]}",
        "缴费金额": "３００.5 ",
        "缴费日期": "2020/3/4",
        "缴费年度": "２０２０",
    }
    load(data.write(tmp_path / "a.csv", [data.payment(n, 税款所属期起="20200101", **changes)], bom=True))
    payment = Payment.objects.select_related("person").get()
    assert payment.person.id_number.reveal("in a test") == number.upper()
    assert payment.person.id_index == identity.id_index("201", number.upper())
    assert (str(payment.amount), str(payment.paid_on), payment.year) == ("300.50", "2020-03-04", 2020)


def test_lines_are_counted_as_in_the_file_and_blank_ones_passed_over(load, tmp_path):
    path = data.write(tmp_path / "a.csv", [data.payment(1, 缴费渠道="楚税通\n（手机）"), data.payment(2, 缴费渠道="")])
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\r\n\r\n,,,,,,,,,,,,,,,,\r\n", 1))
    assert "共 2 行，新增 1" in load(path)
    assert data.read(rejected(path))[0]["行号"] == "6"


def test_a_changed_status_is_an_update_and_touches_only_its_row(load, tmp_path):
    load(data.write(tmp_path / "a.csv", data.payments(30)))
    before = dict(Payment.objects.values_list("ticket_number", "arrival_status"))
    rows = [data.payment(n, 到账状态="异常") if n == 7 else data.payment(n) for n in range(30)]
    assert "更新 1，未变 29" in load(data.write(tmp_path / "a.csv", rows))
    ticket = data.payment(7)["票证号码"]
    after = dict(Payment.objects.values_list("ticket_number", "arrival_status"))
    assert after == {**before, ticket: "abnormal"}


def test_a_changed_phone_is_encrypted_anew_and_an_equal_or_missing_one_is_left(load, tmp_path):
    load(data.write(tmp_path / "a.csv", data.payments(3)))
    before = {person.pk: bytes(person.__dict__["phone"]) for person in Person.objects.all()}
    rows = [data.payment(0), data.payment(1, 手机号=""), data.payment(2, 手机号="138 0013 8000")]
    load(data.write(tmp_path / "a.csv", rows))
    changed = [person for person in Person.objects.all() if bytes(person.__dict__["phone"]) != before[person.pk]]
    assert [person.phone.reveal("in a test") for person in changed] == ["13800138000"]
    assert changed[0].phone_index == numbers.phone_index("13800138000")
    assert changed[0].last_four == numbers.phone_tail("8000")
    settled = versions()
    load(tmp_path / "a.csv")
    assert versions() == settled


def test_a_phone_that_she_has_left_here_is_not_brought_back_by_the_feed_and_another_one_is_taken(load, tmp_path):
    said = [data.payment(0, person=5, 手机号="13800138000")]
    load(data.write(tmp_path / "feed.csv", said))
    person = Person.objects.get()
    phone.change(person, "13900139000", by=UserFactory(person=person), evidence="原手机号和新手机号的短信验证码")
    load(data.write(tmp_path / "again.csv", said))
    assert Person.objects.get().phone.reveal("in a test") == "13900139000"
    load(data.write(tmp_path / "other.csv", [data.payment(1, person=5, 手机号="13700137000")]))
    assert Person.objects.get().phone.reveal("in a test") == "13700137000"


def test_of_several_phones_in_a_file_the_last_one_counts_however_often_it_is_loaded(load, tmp_path):
    phones = ["13800138000", "13900139000", "13800138001"]
    rows = [data.payment(n, person=5, 手机号=phone) for n, phone in enumerate(phones)]
    load(data.write(tmp_path / "a.csv", rows))
    assert Person.objects.get().phone.reveal("in a test") == "13800138001"
    before = versions()
    load(tmp_path / "a.csv")
    assert versions() == before


def test_newcomers_are_found_by_their_initials_and_the_end_of_their_phone(load, tmp_path):
    load(data.write(tmp_path / "a.csv", [data.payment(1, 缴费人姓名="单雄信", 手机号="13900000044")]))
    assert Person.objects.get(initials__contains=["sxx"], last_four=numbers.phone_tail("0044")).name == "单雄信"


def test_a_person_comes_in_only_with_a_good_row(load, tmp_path):
    load(data.write(tmp_path / "a.csv", [data.payment(1, 税务机关代码="19999999999"), data.payment(2)]))
    assert [person.name for person in Person.objects.all()] == [data.person_name(2)]


def test_names_that_differ_only_in_spaces_or_dots_are_one_person(load, tmp_path):
    rows = [
        data.payment(1, person=1, 缴费人姓名="阿依·古丽"),
        data.payment(2, person=1, 缴费人姓名="阿依•古丽"),
        data.payment(3, person=3, 缴费人姓名="𠮷 野"),
    ]
    assert "新增 3" in load(data.write(tmp_path / "a.csv", rows))
    assert sorted(Person.objects.values_list("name", flat=True)) == ["阿依·古丽", "𠮷 野"]


def test_a_good_row_wins_over_an_earlier_bad_one_with_its_ticket(load, tmp_path):
    path = data.write(tmp_path / "a.csv", [data.payment(1, 缴费金额="0"), data.payment(1), data.payment(1)])
    assert "新增 1，更新 0，未变 0，拒绝 2" in load(path)
    assert [row["行号"] for row in data.read(rejected(path))] == ["2", "4"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        ("姓名,年度\r\n张,1\r\n".encode(), "文件缺少列：缴费人姓名、证件类型"),
        (
            ",".join(PaymentFeed.columns[:-1]).encode(),
            "文件缺少列：税务机关代码。请按接口说明补齐列名。没有加载任何一行。",
        ),
        (",".join([*PaymentFeed.columns, "备注"]).encode(), "不认识的列：'备注'"),
        (",".join([*PaymentFeed.columns, "手机号"]).encode(), "重复的列：手机号"),
        (",".join(PaymentFeed.columns).encode("gb18030"), "文件不是 UTF-8 编码"),
        (",".join(PaymentFeed.columns).encode("utf-16"), "文件不是 UTF-8 编码"),
        ("\r".join([",".join(PaymentFeed.columns)] * 2).encode(), "只用回车（CR）分开"),
        (";".join(PaymentFeed.columns).encode(), "列与列之间应为英文逗号"),
    ],
)
def test_a_wrong_header_is_one_sentence_and_nothing_is_loaded(load, tmp_path, content, sentence):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=re.escape(sentence)):
        load(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_an_unknown_scheme_names_the_known_ones_and_a_missing_file_is_a_sentence(run, load, tmp_path):
    with pytest.raises(CommandError, match="没有险种“pensoin”。可用的险种：pension（城乡居民养老保险）"):
        run("load_payments", "pensoin", tmp_path / "a.csv")
    with pytest.raises(CommandError, match="打不开文件"):
        load(tmp_path / "a.csv")


def test_progress_is_said_now_and_then(load, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "CHUNK_ROWS", 10)
    monkeypatch.setattr(runner, "PROGRESS_ROWS", 20)
    printed = load(data.write(tmp_path / "a.csv", data.payments(50)))
    assert printed.splitlines()[:3] == ["已读 20 行", "已读 40 行", "正在核对"]


def test_a_person_met_again_in_a_later_chunk_is_the_same_person(load, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "CHUNK_ROWS", 2)
    rows = [data.payment(n, person=n % 3) for n in range(9)]
    rows.append(data.payment(9, person=1, 缴费人姓名="别人"))
    path = data.write(tmp_path / "a.csv", rows)
    assert "新增 9，更新 0，未变 0，拒绝 1" in load(path)
    assert Person.objects.count() == 3
    assert "第 3 行有同一证件号码" in data.read(rejected(path))[0]["原因"]


def test_a_second_load_of_the_same_kind_is_turned_away_while_one_runs(load, tmp_path):
    path = data.write(tmp_path / "a.csv", data.payments(1))
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            assert staging.try_lock(cursor, PaymentFeed.name)
            with pytest.raises(CommandError, match="另一个同类文件正在加载"):
                load(path)
        other.rollback()
        assert "新增 1" in load(path)
    finally:
        other.close()


def test_people_whom_another_load_brought_in_meanwhile_are_taken_over(load, tmp_path, monkeypatch):
    path = data.write(
        tmp_path / "a.csv", [data.payment(1), data.payment(2), data.payment(3, person=2), data.payment(4)]
    )
    check = PaymentFeed.check
    theirs = {}

    def somebody_else_is_faster(feed, stage):
        if not theirs:
            for n, name in ((2, data.person_name(2)), (4, "别的人")):
                number = data.resident_number(n)
                person = Person.objects.create(name=name, id_number=number, id_index=identity.id_index("201", number))
                theirs[n] = person.pk
        check(feed, stage)

    monkeypatch.setattr(PaymentFeed, "check", somebody_else_is_faster)
    assert "新增 3，更新 0，未变 0，拒绝 1" in load(path)
    assert Payment.objects.filter(person_id=theirs[2]).count() == 2
    assert Person.objects.count() == 3
    assert "登记的姓名与本行不同" in data.read(rejected(path))[0]["原因"]
    # Their person had no phone yet: it comes with the next load, and then nothing changes any more.
    load(path)
    assert Person.objects.get(pk=theirs[2]).phone.reveal("in a test") == "19900000002"


def test_a_file_that_changes_while_it_is_read_is_not_loaded(places, tmp_path, monkeypatch):
    path = data.write(tmp_path / "a.csv", data.payments(5))
    monkeypatch.setattr(
        PaymentFeed, "check", lambda feed, stage: data.write(path, [data.payment(1, 缴费渠道="电子税务局")])
    )
    with pytest.raises(FeedError, match="文件在加载过程中被改动"):
        runner.load(PaymentFeed(), path, say=lambda line: None)
    assert Payment.objects.count() == 0

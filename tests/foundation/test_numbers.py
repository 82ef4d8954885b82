from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import identity
from accounts.identity import IdType
from foundation import numbers
from tests.accounts.factories import PersonFactory, resident_number

WIDE = str.maketrans("0123456789Xx -", "０１２３４５６７８９Ｘｘ　－")
births = st.dates(date(1940, 1, 1), date(1980, 12, 31))
provinces = st.sampled_from(sorted(numbers.PROVINCES))


@st.composite
def residents(draw):
    """Fictional numbers of people born 1940-1980, most of whom are who this portal is for."""
    first_17 = f"{draw(provinces)}{draw(st.integers(0, 9999)):04d}{draw(births):%Y%m%d}000"
    return first_17 + numbers.check_character(first_17)


@given(residents())
def test_a_right_number_has_no_problem(number):
    assert numbers.id_number_problem(number) == ""


@given(residents(), st.data())
def test_a_number_is_the_same_however_it_is_typed(number, data):
    typed = number.lower() if data.draw(st.booleans()) else number
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(typed)))
        typed = typed[:at] + data.draw(st.sampled_from([" ", "-", "　", "\t", "\u200b", "－", "—"])) + typed[at:]
    if data.draw(st.booleans()):
        typed = typed.translate(WIDE)
    assert numbers.fold_number(typed) == number


@given(residents(), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number, at, by):
    old = number[at]
    new = str((int(old) + by) % 10) if old != "X" else str(by)
    assert numbers.id_number_problem(number[:at] + new + number[at + 1 :])


@given(residents(), st.integers(6, 15))
def test_two_neighbours_swapped_are_always_found(number, at):
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert swapped == number or numbers.id_number_problem(swapped)


@given(st.text(max_size=40))
def test_any_text_is_answered_with_a_sentence_or_nothing(text):
    problem = numbers.id_number_problem(numbers.fold_number(text))
    assert problem == "" or problem.endswith("。")
    assert not any(word in problem for word in ("非法", "无效", "失败", "格式"))


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("42098419600315000", "少 1 位"),
        ("4209841960031500077", "多 1 位"),
        ("42098419600315A007", "17 位数字加最后 1 位数字或 X"),
        ("990984196003150007", "省级行政区划"),
        ("420984196002310007", "不是一个真实的出生日期"),
        ("420984189912310007", "过早或在今天之后"),
        ("420984196003150008", "逐位核对"),
    ],
)
def test_each_mistake_has_its_own_sentence(number, says):
    assert says in numbers.id_number_problem(number)


def test_a_birthday_after_today_is_refused_and_today_is_not():
    today = date.today()
    for day, fits in ((today, True), (today + timedelta(days=1), False)):
        first_17 = f"420984{day:%Y%m%d}000"
        assert (numbers.id_number_problem(first_17 + numbers.check_character(first_17)) == "") is fits


def test_a_known_check_character():
    # The example of GB 11643 itself.
    assert numbers.check_character("11010519491231002") == "X"


@pytest.mark.parametrize("kind", IdType)
def test_a_wrong_document_number_of_any_kind_is_answered(kind):
    assert identity.document_problem(kind, "?")
    assert identity.document_problem(kind, resident_number(7)) == ""


def test_other_documents_have_letters_and_any_length_from_five():
    assert identity.document_problem(IdType.HK_MACAO_PASS, numbers.fold_number("h 1234 5678")) == ""
    assert identity.document_problem(IdType.CHINESE_PASSPORT, "E123")


@pytest.mark.parametrize("typed", ["阿依古丽·买买提", "阿依古丽•买买提", " 阿依古丽 ‧ 买买提　", "阿依古丽．买买提"])
def test_a_name_is_the_same_with_any_middle_dot_and_any_space(typed):
    assert numbers.fold_name(typed) == "阿依古丽·买买提"


@pytest.mark.parametrize("name", ["𠮷田", "䶮", "𬱖", "㛃"])
def test_rare_characters_survive(name):
    assert numbers.fold_name(name) == name


@pytest.mark.parametrize("typed", ["138 1234 5678", "138-1234-5678", "１３８１２３４５６７８"])
def test_a_phone_is_the_same_however_it_is_grouped(typed):
    assert numbers.phone_problem(numbers.fold_number(typed)) == ""


@pytest.mark.parametrize("number", ["1381234567", "138123456789", "23812345678", "13812A45678", ""])
def test_what_is_not_a_mobile_number_is_said_so(number):
    assert numbers.phone_problem(number).endswith("。")


def test_a_number_of_the_standard_is_one_person_whatever_document_is_named():
    number = resident_number(1)
    assert identity.id_index(IdType.RESIDENT, number) == identity.id_index(IdType.OTHER, number)


def test_any_other_number_under_two_kinds_of_document_is_two_people():
    assert identity.id_index(IdType.CHINESE_PASSPORT, "E12345678") != identity.id_index(IdType.OTHER, "E12345678")


def test_the_factory_makes_numbers_that_are_right_and_never_issued():
    for n in (0, 1, 999, 24_999):
        number = resident_number(n)
        assert numbers.id_number_problem(number) == ""
        assert number[14:17] == "000"


def test_the_factorys_people_are_found_by_their_number(db):
    person = PersonFactory()
    found = type(person).objects.get(id_index=identity.id_index("201", person.id_number.reveal("in a test")))
    assert found == person
    assert found.phone.reveal("in a test").startswith("199")

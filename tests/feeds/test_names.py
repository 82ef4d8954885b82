"""Who is who in a feed: names as people and old systems write them, names that change, and one number for one person."""

from pathlib import Path

import pytest

from accounts import identity
from accounts.backends import DoorBackend
from accounts.doors.counting import candidates_for
from accounts.entry import registration
from accounts.gateways import real_name
from accounts.models import NameChange, Person
from accounts.records import renaming
from foundation.numbers import check_character, fold, fold_name, id_number_problem
from pension.forms import PayeeAccountForm
from pension.models import Payment
from tests.accounts.factories import UserFactory
from tests.feeds import data
from tests.feeds.conftest import rejected
from tests.feeds.correcting import applied, fresh

CASES = Path(__file__).parent / "cases"


@pytest.fixture
def load(run, places, tmp_path):
    """Load one of the cases, or rows; gives what was printed."""

    def load_one(what):
        path = tmp_path / "a.csv"
        if isinstance(what, str):
            path.write_bytes((CASES / what).read_bytes())
        else:
            data.write(path, what)
        return run("load_payments", "pension", path)

    return load_one


@pytest.fixture
def administrator(db):
    return UserFactory(resident=True)


def known_as(name, number, phone, id_type="201"):
    return real_name().identify(name=fold_name(name), id_type=id_type, number=number, phone=phone)


def test_every_name_of_real_life_loads_and_registers_as_its_owner_types_it(load):
    assert "新增 14，更新 0，未变 0，拒绝 0" in load("names.csv")
    assert known_as("李䶮", "420984197001010005", "13900001001").name == "李䶮"
    assert known_as("maria da silva", "942840198001050003", "13900001005", "233").name == "MARIA DA SILVA"
    for name in ("阿依古丽·买买提", "阿依古丽•买买提", "阿依古丽．买买提", " 阿依古丽 ・ 买买提"):
        assert known_as(name, "420984197001040001", "13900001004")
    assert known_as("𠅤小明", "420984197001030006", "13900001003")


def test_each_of_eight_people_with_one_phone_signs_in_with_her_own_password(load):
    load("names.csv")
    family = Person.objects.filter(name__startswith="罗家").order_by("name")
    for place, person in enumerate(family):
        registration.register(person=person, username=f"luojia{place}", password=f"Mima@2026-{place}")
    assert len(candidates_for("13900001099")) == 8
    for place in range(8):
        user = DoorBackend().authenticate(None, "13900001099", f"Mima@2026-{place}", door="natural")
        assert user.username == f"luojia{place}"


def test_a_value_that_we_fill_in_passes_our_own_check(load):
    load("names.csv")
    load(
        [
            data.payment(n, 缴费人姓名=name)
            for n, name in enumerate(("\U0002ebf0丽", "\ue000生", "Ｍary　ann", "﨑山"), 25_001)
        ]
    )
    for person in Person.objects.all():
        form = PayeeAccountForm({"contact_name": person.name}, payee_name=person.name, registered_phone=person.phone)
        form.full_clean()
        assert "contact_name" not in form.errors
        assert fold_name(fold(person.name)) == fold_name(person.name)


def test_a_new_name_waits_and_loads_once_it_is_confirmed(load, tmp_path, administrator):
    load("names.csv")
    assert "新增 0，更新 0，未变 0，拒绝 1" in load("renamed.csv")
    assert "已列入姓名变更" in data.read(rejected(tmp_path / "a.csv"))[0]["原因"]
    load("renamed.csv")
    change = renaming.waiting().get()
    assert (change.old_name, change.new_name) == ("孙招弟", "孙悦")
    waits = applied(Payment.objects.get(ticket_number="REP202600020"))
    assert "name" not in fresh(waits).marks

    renaming.confirm(change.pk, by=administrator, evidence="户口簿变更页")
    person = Person.objects.get(pk=change.person_id)
    assert (person.name, person.initials) == ("孙悦", ["sy"])
    assert person.events.get().name == "孙招弟"
    assert "name" in fresh(waits).marks
    assert "新增 1，更新 0，未变 0，拒绝 0" in load("renamed.csv")
    assert "未变 14，拒绝 0" in load("names.csv")
    assert Person.objects.get(pk=change.person_id).name == "孙悦"


def test_what_was_found_to_be_somebody_else_is_refused_and_says_so(load, tmp_path, administrator):
    load("names.csv")
    load("renamed.csv")
    renaming.refuse(renaming.waiting().get().pk, by=administrator, evidence="公安机关证明")
    assert "拒绝 1" in load("renamed.csv")
    assert "已核实不是改名" in data.read(rejected(tmp_path / "a.csv"))[0]["原因"]
    assert NameChange.objects.count() == 1


def test_a_name_is_decided_once_with_evidence_and_by_nobody_about_herself(load, administrator):
    load("names.csv")
    load("renamed.csv")
    change = renaming.waiting().get()
    with pytest.raises(renaming.CannotDecide, match="看过的材料"):
        renaming.confirm(change.pk, by=administrator, evidence=" ")
    with pytest.raises(renaming.CannotDecide, match="您本人"):
        renaming.confirm(change.pk, by=UserFactory(resident=True, person=change.person), evidence="户口簿")
    renaming.confirm(change.pk, by=administrator, evidence="户口簿")
    with pytest.raises(renaming.CannotDecide, match="已经处理"):
        renaming.refuse(change.pk, by=administrator, evidence="户口簿")


@pytest.mark.parametrize("id_type", ["居民身份证", "外国人永久居留身份证", "其他个人证件", "港澳居民居住证"])
def test_a_number_that_adds_up_is_one_person_whatever_the_type(load, id_type):
    load([data.payment(25_001), data.payment(25_011, person=25_001, 证件类型=id_type)])
    assert Person.objects.count() == 1
    assert identity.id_index("299", data.resident_number(25_001)) == identity.id_index(
        "201", data.resident_number(25_001)
    )


def test_a_permanent_residence_number_of_2023_is_no_mistake():
    assert id_number_problem("942840198001050003") == ""
    assert "最后一位" in id_number_problem("942840198001050004")
    wrong = "99" + "2840198001050000"[:15]
    assert "行政区划" in id_number_problem(wrong + check_character(wrong))


def test_names_compare_without_case_and_private_characters_become_real_ones():
    assert fold_name("Maria Da Silva") == fold_name("MARIA　DA　SILVA")
    assert fold("李\ue863") == "李䶮"
    assert fold_name("\ue81e") == "龴"

"""`manage.py load_staff FILE`."""

import pytest
from django.urls import reverse

from accounts.feeds.staff import StaffFeed
from accounts.models import Person, Role, User
from refunds import actions
from tests.accounts.factories import OfficeFactory, OrganisationFactory, UserFactory
from tests.feeds import data
from tests.feeds.conftest import rejected
from tests.pension.factories import PaymentFactory, submitted

PASSWORD = "Tuifei@2026"


@pytest.fixture
def load(run, places, tmp_path):
    def load_rows(*rows):
        return run("load_staff", data.write(tmp_path / "staff.csv", rows, StaffFeed.columns))

    return load_rows


def clerk(n: int, **changes: str) -> dict[str, str]:
    row = {
        "用户名": f"clerk{n}",
        "姓名": data.person_name(n),
        "证件号码": data.resident_number(n),
        "手机号": f"199{n:08d}",
        "身份": "村组经办人",
        "单位社保号": data.ORGANISATION,
        "税务机关代码": "",
        "初始密码": PASSWORD,
    }
    return {**row, **changes}


def officer(n: int, **changes: str) -> dict[str, str]:
    return clerk(
        n, **{"用户名": f"officer{n}", "身份": "审核人", "单位社保号": "", "税务机关代码": data.OFFICE, **changes}
    )


def reasons(tmp_path) -> list[tuple[str, str]]:
    return [(row["出错列"], row["原因"]) for row in data.read(rejected(tmp_path / "staff.csv"))]


def test_accounts_are_made_with_their_role_place_and_a_hashed_password(load, settings):
    settings.DEMO = False
    assert "共 4 行，新增 4" in load(
        clerk(1, 用户名="HuangTan"), officer(2), officer(3, 身份="复核人"), officer(4, 身份="审计员")
    )
    user = User.objects.get(username="huangtan")
    assert (user.role, user.organisation_id, user.office_id) == (Role.CLERK, data.ORGANISATION, None)
    assert user.check_password(PASSWORD)
    assert PASSWORD not in user.password
    assert user.must_change_password
    assert user.person.id_number.reveal("in a test") == data.resident_number(1)
    roles = User.objects.filter(office=data.OFFICE).order_by("username").values_list("role", flat=True)
    assert list(roles) == [Role.REVIEWER, Role.COUNTERSIGNER, Role.AUDITOR]


def test_in_the_demo_the_password_may_stay(load, settings):
    settings.DEMO = True
    load(clerk(1))
    assert not User.objects.get().must_change_password


def test_a_known_account_is_updated_but_never_its_password(load):
    load(officer(1))
    before = User.objects.get()
    assert "更新 0，未变 1" in load(officer(1, 初始密码="Another@2026"))
    assert "更新 1，未变 0" in load(officer(1, 初始密码="", 姓名="新名字", 手机号="13800138000"))
    after = User.objects.get()
    assert (after.password, after.must_change_password) == (before.password, before.must_change_password)
    assert (after.person.name, after.person.phone.reveal("in a test")) == ("新名字", "13800138000")


def test_one_person_may_hold_an_account_of_each_role(load):
    assert "新增 2" in load(clerk(1), officer(1))
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (clerk(1, 用户名="ab"), "用户名", "用户名应为 3 到 30 位字母、数字、下划线或点"),
        (clerk(1, 用户名="13800138000"), "用户名", "用户名应以字母开头"),
        (clerk(1, 姓名=""), "姓名", "姓名不能为空"),
        (clerk(1, 证件号码="42098419500101000"), "证件号码", "现在少 1 位"),
        (clerk(1, 手机号="123"), "手机号", "手机号应为 11 位数字"),
        (clerk(1, 身份="局长"), "身份", "身份应为：村组经办人、审核人、复核人、审计员"),
        (clerk(1, 单位社保号=""), "单位社保号", "村组经办人应有单位社保号"),
        (clerk(1, 税务机关代码=data.OFFICE), "税务机关代码", "村组经办人不应有税务机关代码"),
        (clerk(1, 单位社保号="42098499999"), "单位社保号", "没有登记"),
        (officer(1, 税务机关代码=""), "税务机关代码", "审核人应有税务机关代码"),
        (officer(1, 单位社保号=data.ORGANISATION), "单位社保号", "审核人不应有单位社保号"),
        (officer(1, 税务机关代码="19999999999"), "税务机关代码", "没有登记"),
        (clerk(1, 初始密码="short"), "初始密码", "初始密码太短"),
        (clerk(9), "用户名", "用户名与本文件第 2 行相同"),
        (officer(5, 用户名="clerk9"), "用户名", "用户名与本文件第 2 行相同"),
        (clerk(9, 用户名="second"), "用户名", "这个人已有村组经办人账户，用户名是 clerk9"),
        (officer(9, 姓名="别人"), "姓名", "登记的姓名与本行不同"),
    ],
)
def test_a_bad_row_is_refused_with_a_reason_and_the_others_go_in(load, tmp_path, row, column, reason):
    assert "新增 1，更新 0，未变 0，拒绝 1" in load(clerk(9), row)
    assert reasons(tmp_path)[0][0] == column
    assert reason in reasons(tmp_path)[0][1]


def test_a_known_account_keeps_its_role_and_its_person(load, tmp_path):
    load(officer(1))
    load(officer(1, 身份="复核人"), officer(1, 证件号码=data.resident_number(2)))
    assert [column for column, _ in reasons(tmp_path)] == ["身份", "证件号码"]
    assert User.objects.get().role == Role.REVIEWER


def test_neither_passwords_nor_numbers_are_printed(load):
    printed = load(clerk(1), clerk(2, 初始密码="short"))
    for secret in (PASSWORD, "short", data.resident_number(1), "19900000001"):
        assert secret not in printed


def test_a_list_that_moves_the_last_of_an_office_says_so_and_gives_her_cases_back(load, places, client):
    branch = OfficeFactory(name="国家税务总局应城市税务局")
    load(officer(2), officer(3, 身份="复核人"), clerk(4))
    paid = PaymentFactory(office=places)
    refund = submitted(UserFactory(resident=True, person=paid.person), paid)
    actions.take_next(by=User.objects.get(username="officer2"))
    told = load(
        officer(2, 税务机关代码=branch.pk),
        officer(3, 身份="复核人", 税务机关代码=branch.pk),
        clerk(4, 单位社保号=OrganisationFactory(office=places).pk),
    )
    assert "汉川市税务局和上级此后没有复核人：0 件待复核的申请将无人复核" in told
    assert "汉川市税务局此后没有审核人，上级也没有：1 件在等的申请将无人审核" in told
    assert "黄潭村村民委员会此后没有经办人" in told
    assert "调离的人手上的 1 件放回队列" in told
    assert type(refund).objects.get().taken_by is None
    client.force_login(UserFactory(administrator=True, office=places))
    page = client.get(reverse("administration:home")).text
    assert "没有复核人的机关" in page
    assert "汉川市税务局，超过限额的无人复核" in page
    assert "有提示" in page


def test_two_who_change_places_leave_nothing_behind(load, places):
    branch = OfficeFactory()
    load(officer(2), officer(3, 税务机关代码=branch.pk))
    told = load(officer(2, 税务机关代码=branch.pk), officer(3))
    assert "更新 2" in told
    assert "此后没有" not in told

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.urls import reverse

from accounts.models import Role
from tests.accounts.conftest import NUMBER, PHONE
from tests.accounts.factories import PASSWORD, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
WRONG = "账号或密码不对。请核对后再试；连续 5 次不对将锁定 30 分钟。"


def sign_in(client, account, password=PASSWORD, door="natural", **more):
    return client.post(reverse("accounts:login"), {"account": account, "password": password, "door": door, **more})


def page(response):
    return response.content.decode()


def signed_in(client):
    return get_user(client).is_authenticated


# G-06
@pytest.mark.parametrize(
    "typed",
    [
        "liuxiulan",
        " LiuXiulan ",
        "ｌｉｕｘｉｕｌａｎ",
        NUMBER,
        NUMBER.lower(),
        f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
        PHONE,
        "199 1234 5678",
        "199-1234-5678",
        "１９９１２３４５６７８",
    ],
)
def test_the_one_box_takes_username_number_and_phone_however_they_are_typed(client, resident, typed):
    response = sign_in(client, typed)
    assert response.status_code == 302
    assert get_user(client) == resident


def test_a_username_from_the_feed_with_capitals_is_not_needed_because_it_is_stored_folded(client, resident):
    assert resident.username == "liuxiulan"
    assert sign_in(client, "LIUXIULAN").status_code == 302


def test_the_wrong_door_leads_through_the_right_one_and_says_so_but_only_with_the_password(client, db):
    UserFactory(clerk=True, username="huangtan")
    wrong = page(sign_in(client, "huangtan", "not-it"))
    assert (WRONG in wrong, "村组经办人" in wrong.split("<form")[2], signed_in(client)) == (True, False, False)
    assert sign_in(client, "huangtan").status_code == 302
    assert signed_in(client)
    assert "这个用户名是村组经办人，已转到村组(单位)业务。" in page(client.get("/personal-service/"))


def test_a_person_with_two_accounts_gets_the_one_of_the_door(client, resident):
    clerk = UserFactory(clerk=True, person=resident.person, organisation=OrganisationFactory())
    sign_in(client, NUMBER, door="village")
    assert get_user(client) == clerk


def test_an_unknown_door_is_refused(client, resident):
    assert sign_in(client, "liuxiulan", door="back").status_code == 200
    assert not signed_in(client)


def test_a_family_that_shares_a_phone_is_told_apart_by_the_password(client, resident):
    son = UserFactory(person=PersonFactory(phone=PHONE), password="Erzi-de-2026")
    sign_in(client, PHONE, "Erzi-de-2026")
    assert get_user(client) == son


def test_a_shared_phone_with_the_same_password_is_nobodys(client, resident):
    UserFactory(person=PersonFactory(phone=PHONE))
    assert WRONG in page(sign_in(client, PHONE))


def test_whoever_typed_a_phone_is_told_of_the_other_ways_whoever_has_it(client, db):
    """The eleventh of a phone is not tried; what she reads tells a stranger nothing."""
    for n in range(11):
        last = UserFactory(person=PersonFactory(phone=PHONE), password=f"Mima-di-{n}")
    eleventh, nobodys = (
        page(sign_in(client, phone, f"Mima-di-{n}")) for phone, n in ((PHONE, 10), ("19900000000", 10))
    )
    told = "请改用身份证号或用户名"
    assert (told in eleventh, told in nobodys, told in page(sign_in(client, "nobody"))) == (True, True, False)
    assert sign_in(client, last.username, "Mima-di-10").status_code == 302


def test_more_than_ten_accounts_behind_one_phone_are_not_tried(client, db):
    users = [UserFactory(person=PersonFactory(phone=PHONE), password=f"Mima-di-{n}") for n in range(11)]
    sign_in(client, PHONE, "Mima-di-10")
    assert not signed_in(client)
    sign_in(client, PHONE, "Mima-di-9")
    assert get_user(client) == users[9]


def test_a_disabled_account_is_refused_with_the_same_words(client, person):
    UserFactory(person=person, is_active=False)
    assert WRONG in page(sign_in(client, NUMBER))


def test_an_account_disabled_while_signed_in_is_out_with_the_next_request(client, resident):
    client.force_login(resident)
    type(resident).objects.update(is_active=False)
    assert client.get(reverse("accounts:password")).status_code == 302


def test_unknown_disabled_and_known_accounts_cost_one_hash_at_every_door(client, resident, monkeypatch):
    UserFactory(username="left", is_active=False)
    hashed = []
    made = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: hashed.append(1) or made(*given))
    for typed in ("nobody", "left", "liuxiulan", NUMBER, "19900000000"):
        for door in ("natural", "tax"):
            hashed.clear()
            sign_in(client, typed, "wrong", door=door)
            assert (typed, door, len(hashed)) == (typed, door, 1)


def test_the_error_keeps_what_was_typed_but_never_the_password(client, resident):
    response = sign_in(client, NUMBER, "not-the-password")
    assert page(response).count(WRONG) == 2  # in the summary and at the field
    assert f'value="{NUMBER}"' in page(response)
    assert "not-the-password" not in page(response)
    assert "<title>错误：登录" in page(response)


def test_empty_boxes_are_named_one_by_one(client, db):
    shown = page(sign_in(client, "", ""))
    assert "请输入身份证号、手机号或用户名。" in shown
    assert "请输入密码。" in shown


@pytest.mark.parametrize("nasty", ["\0", "'; --", "x" * 5000, "％s", "𠮷", "\u202e"])
def test_strange_input_is_answered_with_a_sentence(client, db, nasty):
    assert sign_in(client, nasty, nasty).status_code == 200


def test_a_success_in_between_starts_the_count_again(client, resident):
    for _ in range(2):
        for _ in range(4):
            sign_in(client, NUMBER, "wrong")
        assert sign_in(client, NUMBER).status_code == 302
        client.logout()


@pytest.mark.parametrize("typed", [NUMBER, PHONE, f" {NUMBER[:6]} {NUMBER[6:]}"])
def test_axes_keeps_no_number_no_phone_and_no_password(client, resident, typed, caplog):
    with caplog.at_level("DEBUG"):
        sign_in(client, typed, "wrong-secret")
    kept = "".join(str(value) for row in AccessAttempt.objects.values() for value in row.values())
    for secret in (NUMBER[6:14], PHONE[3:], "wrong-secret"):
        assert secret not in kept
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/user-center/?a=1", "/user-center/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_is_honoured_only_within_the_portal(client, resident, wanted, reached):
    assert sign_in(client, NUMBER, next=wanted).url == reached


def test_next_survives_a_wrong_password_and_a_change_of_door(client, resident):
    shown = page(client.get(reverse("accounts:login"), {"next": "/user-center/"}))
    assert 'value="/user-center/"' in shown
    assert "?door=village&amp;next=%2Fuser-center%2F" in shown


def test_officers_start_at_their_queue(client, reviewer):
    assert sign_in(client, "shenhe1", door="tax").url == reverse("review:queue")


def test_a_new_session_key_at_sign_in(client, resident):
    client.get(reverse("accounts:login"))
    session = client.session
    session["before"] = True
    session.save()
    old = session.session_key
    sign_in(client, NUMBER)
    assert client.session.session_key != old


# G-06
def test_the_three_doors_are_links_and_the_current_one_says_so(client, db):
    shown = page(client.get(reverse("accounts:login"), {"door": "village"}))
    for label in ("自然人业务", "村组(单位)业务", "税务端"):
        assert label in shown
    assert '?door=village" aria-current="page"' in shown
    assert reverse("accounts:register") not in shown.split("<main")[1].split("</main")[0]


# G-07
def test_the_natural_door_offers_registration(client, db):
    shown = page(client.get(reverse("accounts:login")))
    assert "用户注册" in shown.split("<main")[1].split("</main")[0]


def test_fields_tell_browsers_and_keyboards_what_they_are(client, db):
    shown = page(client.get(reverse("accounts:login")))
    assert 'autocomplete="username"' in shown
    assert 'autocomplete="current-password"' in shown
    assert "data-reveal-password" in shown


def test_the_demo_logins_are_shown_in_the_demo_only(client, db, settings):
    assert "shenhe2" in page(client.get(reverse("accounts:login"), {"door": "tax"}))
    settings.DEMO = False
    assert "shenhe2" not in page(client.get(reverse("accounts:login"), {"door": "tax"}))


def test_whoever_is_signed_in_is_led_on(client, resident):
    client.force_login(resident)
    assert client.get(reverse("accounts:login")).url == "/"


def test_signing_out_takes_a_post_and_ends_the_session(client, resident):
    client.force_login(resident)
    old = client.session.session_key
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert signed_in(client)
    client.post(reverse("accounts:logout"))
    assert not client.session.exists(old)


def test_every_role_has_a_door(db):
    from accounts.models import DOOR_ROLES

    assert set().union(*DOOR_ROLES.values()) == set(Role)

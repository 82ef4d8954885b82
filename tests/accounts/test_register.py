import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import sms
from accounts.entry import registration
from accounts.models import Consent, Role, SmsCode, User
from accounts.own.consent import VERSION
from tests.accounts.conftest import NUMBER, PHONE
from tests.accounts.factories import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
WHO = {"name": "刘秀兰", "id_type": "201", "id_number": NUMBER, "phone": PHONE, "agree": "on"}
PASSWORD = "tulip-yard-2026"


def page(response):
    return response.content.decode()


def first_page(client, **changed):
    return client.post(reverse("accounts:register"), WHO | changed)


def code_on(response):
    return re.search(r"验证码是 (\d{6})", page(response))[1]


@pytest.fixture
def code(client, person):
    """The code of a client that has passed the first page."""
    assert first_page(client).url == reverse("accounts:register-account")
    return code_on(client.get(reverse("accounts:register-account")))


def second_page(client, **typed):
    return client.post(reverse("accounts:register-account"), {"username": "xiulan", "password": PASSWORD} | typed)


def another(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


# G-07
def test_a_person_the_feeds_know_registers_and_is_signed_in(client, person, code):
    before = client.session.session_key
    response = second_page(client, code=code, username="XiuLan")
    assert response.url == "/"
    user = get_user(client)
    assert (user.username, user.role, user.person) == ("xiulan", Role.RESIDENT, person)
    assert client.session.session_key != before
    assert "proof" not in client.session
    assert "注册成功" in page(client.get("/"))


@pytest.mark.parametrize(
    "typed",
    [
        {"name": " 刘 秀兰　"},
        {"id_number": f"{NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:]}"},
        {"id_number": NUMBER.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})},
        {"phone": "199 1234 5678"},
    ],
)
def test_spaces_dashes_and_full_width_digits_are_not_the_persons_problem(client, person, typed):
    assert first_page(client, **typed).status_code == 302


@pytest.mark.parametrize("wrong", [{"name": "刘秀芳"}, {"id_number": "420984196003160004"}, {"phone": "19987654321"}])
def test_a_stranger_is_not_told_which_of_the_three_was_wrong(client, person, wrong):
    from foundation.numbers import check_character

    if "id_number" in wrong:
        wrong = {"id_number": "42098419600316000" + check_character("42098419600316000")}
    response = first_page(client, **wrong)
    assert "姓名、证件号码和手机号与登记的信息不一致" in page(response)
    assert "带身份证原件，到任一办税服务厅更新手机号" in page(response)
    assert "field__error" not in page(response)
    assert SmsCode.objects.count() == 0
    assert "<title>错误：" in page(response)


def test_a_person_without_a_phone_in_the_feeds_is_a_stranger(client, db):
    PersonFactory(name="刘秀兰", number=NUMBER, phone=None)
    assert "到办税服务厅登记" in page(first_page(client))


def test_five_wrong_guesses_about_one_number_stop_the_check(client, person):
    for n in range(4):
        assert first_page(client, phone=f"1990000000{n}").status_code == 200
    response = first_page(client, phone="19900000009")
    assert response.status_code == 429
    assert "还要等 30 分钟" in page(response)
    assert first_page(client).status_code == 429
    kept = "".join(str(value) for row in AccessAttempt.objects.values() for value in row.values())
    for secret in (NUMBER, PHONE, "19900000009", "刘秀兰"):
        assert secret not in kept


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "请输入姓名。"),
        ("id_number", "", "请输入证件号码。"),
        ("id_number", NUMBER[:-1], "身份证号应为 18 位，现在少 1 位。请核对后重新输入。"),
        ("phone", "", "请输入手机号。"),
        ("phone", "1991234", "手机号应为 11 位数字，以 1 开头。请核对后重新输入。"),
    ],
)
def test_a_wrong_answer_is_named_in_the_summary_and_at_its_field(client, person, field, typed, sentence):
    response = first_page(client, **{field: typed})
    assert page(response).count(sentence) == 2
    assert f'href="#id_{field}"' in page(response)
    for kept in set(WHO) - {field, "id_type", "agree"}:
        assert f'value="{WHO[kept]}"' in page(response)


def test_a_person_with_an_account_is_sent_to_the_sign_in(client, resident):
    response = first_page(client)
    assert "这个证件号码已经注册，请直接登录" in page(response)
    assert reverse("accounts:login") in page(response).split("<main")[1]
    assert SmsCode.objects.count() == 0


def test_a_clerk_may_also_register_as_a_resident(client, person):
    UserFactory(clerk=True, person=person)
    assert first_page(client).status_code == 302


def test_without_an_sms_service_the_page_says_where_to_go(client, person, settings):
    settings.SMS_GATEWAY = "accounts.gateways.NoSms"
    assert "短信服务暂未开通，请到办税服务厅办理" in page(first_page(client))
    assert SmsCode.objects.count() == 0


def test_the_code_is_never_shown_outside_the_demo(client, person, settings):
    from django.core.exceptions import ImproperlyConfigured

    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured):
        first_page(client)


def test_the_second_page_needs_the_first(client, db):
    assert client.get(reverse("accounts:register-account")).url == reverse("accounts:register")


def test_the_checked_identity_is_kept_for_fifteen_minutes(client, code):
    session = client.session
    session["proof"] |= {"at": session["proof"]["at"] - 15 * 60 - 1}
    session.save()
    assert second_page(client, code=code).url == reverse("accounts:register")
    assert "超过 15 分钟" in page(client.get(reverse("accounts:register")))


def test_the_session_keeps_no_number_and_no_phone(client, code):
    kept = str(dict(client.session))
    assert NUMBER not in kept
    assert PHONE not in kept


def test_a_wrong_code_is_counted_and_the_sixth_try_is_refused_even_if_right(client, code):
    assert "还可以再试 4 次" in page(second_page(client, code=another(code)))
    for _ in range(4):
        shown = page(second_page(client, code=another(code)))
    assert "验证码已输错 5 次。请重新获取验证码。" in shown
    assert "验证码已输错 5 次。请重新获取验证码。" in page(second_page(client, code=code))


def test_an_old_code_is_refused(client, code):
    SmsCode.objects.update(sent_at=timezone.now() - timedelta(minutes=5, seconds=1))
    assert "验证码已超过 5 分钟。请重新获取验证码。" in page(second_page(client, code=code))


def test_a_code_for_one_thing_is_good_for_nothing_else(person):
    code = re.search(r"\d{6}", sms.send(PHONE, "register").split("验证码是")[1])[0]
    assert "验证码不对" in sms.check(PHONE, code, "forgotten")


def test_she_agrees_to_the_notice_and_that_is_on_record_with_its_version(client, person, code):
    second_page(client, code=code)
    (given,) = Consent.objects.all()
    assert (given.user, given.to, given.version, given.address) == (get_user(client), "notice", VERSION, "127.0.0.1")
    assert client.get("/personal-service/").status_code == 200
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(version="0")


def test_without_agreeing_nobody_goes_on(client, person):
    shown = page(first_page(client, agree=""))
    assert shown.count("请先看隐私说明，同意后勾选。") == 2
    assert SmsCode.objects.count() == 0
    assert "敏感个人信息" in page(client.get(reverse("accounts:notice")))


def test_a_code_works_once(person):
    code = re.search(r"\d{6}", sms.send(PHONE, "register").split("验证码是")[1])[0]
    assert sms.check(PHONE, code, "register") == ""
    assert "已经用过" in sms.check(PHONE, code, "register")


def test_a_code_is_good_for_its_phone_only(person):
    code = re.search(r"\d{6}", sms.send(PHONE, "register").split("验证码是")[1])[0]
    assert sms.check("19911112222", code, "register")


def test_the_code_itself_is_not_stored(person):
    code = re.search(r"\d{6}", sms.send(PHONE, "register").split("验证码是")[1])[0]
    row = SmsCode.objects.values().get()
    assert code.encode() not in bytes(row["code_hash"])
    assert PHONE not in str(row)


def test_one_code_in_sixty_seconds_and_ten_in_a_day(person):
    for n in range(10):
        sms.send(PHONE, "register")
        if n == 0:
            with pytest.raises(sms.TooSoon, match=r"\d+ 秒后可以重新获取"):
                sms.send(PHONE, "register")
        # A minute passes.
        for row in SmsCode.objects.all():
            SmsCode.objects.filter(pk=row.pk).update(sent_at=row.sent_at - timedelta(seconds=61))
    with pytest.raises(sms.NotAvailable, match="24 小时内已获取 10 次"):
        sms.send(PHONE, "register")
    SmsCode.objects.update(sent_at=timezone.now() - timedelta(days=1, seconds=1))
    assert sms.send(PHONE, "register")
    assert SmsCode.objects.count() == 1  # yesterday's are forgotten


def test_going_back_within_the_minute_keeps_the_code_that_was_sent(client, code):
    assert first_page(client).status_code == 302
    assert code_on(client.get(reverse("accounts:register-account"))) == code


def test_asking_again_keeps_what_was_typed_and_replaces_the_code(client, code):
    SmsCode.objects.update(sent_at=timezone.now() - timedelta(seconds=61))
    response = second_page(client, resend="1", code="", username="xiulan")
    assert 'value="xiulan"' in page(response)
    assert PASSWORD not in page(response)
    assert "error-summary" not in page(response)
    assert second_page(client, code=code_on(response)).url == "/"


def test_asking_again_too_soon_says_when(client, code):
    assert "秒后可以重新获取" in page(second_page(client, resend="1"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"username": "abc"}, "用户名应为 4 到 30 位字母、数字或下划线"),
        ({"username": "a" * 31}, "用户名应为 4 到 30 位字母、数字或下划线"),
        ({"username": "刘秀兰xyz"}, "用户名应为 4 到 30 位字母、数字或下划线"),
        ({"username": "19912345678"}, "用户名要有字母"),
        ({"username": "42098419600315000x"}, "用户名要有字母"),
        ({"username": ""}, "请输入用户名。"),
        ({"code": "12345"}, "验证码应为 6 位数字"),
        ({"code": ""}, "请输入短信验证码。"),
        ({"password": ""}, "请输入密码。"),
        ({"password": "short1"}, "密码太短。请改为至少 10 位。"),
        ({"password": "1029384756"}, "密码不能全是数字。请加上字母或符号。"),
        ({"password": "qwertyuiop"}, "这个密码太常见，容易被猜到。请换一个。"),
    ],
)
def test_each_field_of_the_account_is_judged_in_our_words(client, code, typed, sentence):
    response = second_page(client, **({"code": code} | typed))
    assert page(response).count(sentence) >= 2
    assert "<title>错误：" in page(response)
    assert "为了安全，密码不会保留，请重新输入。" in page(response)
    assert not User.objects.exists()


def test_a_taken_username_is_refused_and_the_code_stays_good(client, code):
    UserFactory(username="xiulan")
    assert "这个用户名已有人使用。请换一个用户名。" in page(second_page(client, code=code, username="XIULAN"))
    assert second_page(client, code=code, username="xiulan60").url == "/"


def test_a_username_taken_at_the_last_moment_is_a_sentence_and_the_code_stays_good(client, code, monkeypatch):
    UserFactory(username="xiulan")
    monkeypatch.setattr(
        "accounts.entry.forms.CredentialsForm.clean_username", lambda form: form.cleaned_data["username"]
    )
    response = second_page(client, code=code)
    assert response.status_code == 200
    assert "这个用户名已有人使用" in page(response)
    assert second_page(client, code=code, username="xiulan60").url == "/"


def test_a_person_registered_at_the_last_moment_is_a_sentence(client, person, code, monkeypatch):
    UserFactory(person=person)
    assert "这个证件号码已经注册" in page(second_page(client, code=code))
    monkeypatch.setattr(registration, "is_registered", lambda person: False)
    response = second_page(client, code=code)
    assert response.status_code == 200
    assert "这个证件号码已经注册" in page(response)


def test_fields_tell_browsers_and_keyboards_what_they_are(client, person, code):
    shown = page(client.get(reverse("accounts:register")))
    for attribute in ('autocomplete="name"', 'autocomplete="tel"', 'inputmode="tel"', 'type="tel"'):
        assert attribute in shown
    shown = page(client.get(reverse("accounts:register-account")))
    for attribute in ('autocomplete="one-time-code"', 'inputmode="numeric"', 'autocomplete="new-password"'):
        assert attribute in shown


def test_enter_in_a_field_registers_rather_than_asking_for_a_new_code(client, code):
    shown = page(client.get(reverse("accounts:register-account"))).split("<main")[1]
    assert shown.index(">注册</button>") < shown.index('name="resend"')

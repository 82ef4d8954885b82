"""Two clicks at the same moment: one counts, the other is told what happened."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client

from accounts import sms
from accounts.entry import registration
from accounts.models import SmsCode, User
from tests.accounts.conftest import PHONE
from tests.accounts.factories import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 4  # fits into the default pool


def race(*calls):
    """Run the calls together, each on its own connection; the results, with refusals as their sentences."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=30)
            return call()
        except (registration.Refused, sms.NotAvailable) as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def code_sent(phone):
    return re.search(r"验证码是 (\d{6})", sms.send(phone, "register"))[1]


def test_one_code_is_accepted_once():
    code = code_sent(PHONE)
    answers = race(*[lambda: sms.check(PHONE, code, "register")] * THREADS)
    assert answers.count("") == 1
    assert sum("已经用过" in answer for answer in answers) == THREADS - 1


def test_one_code_is_sent_in_a_minute():
    answers = race(*[lambda: sms.send(PHONE, "register")] * THREADS)
    assert sum("秒后可以重新获取" in answer for answer in answers) == THREADS - 1
    assert SmsCode.objects.count() == 1


def test_wrong_guesses_together_are_all_counted():
    code_sent(PHONE)
    race(*[lambda: sms.check(PHONE, "------", "register")] * THREADS)
    assert SmsCode.objects.get().tries == THREADS


def test_passwords_tried_together_are_five_and_no_more():
    user = UserFactory()
    tried = {"account": user.username, "password": "wrong", "door": "natural"}
    answers = race(*[lambda: Client().post("/accounts/login/", tried).status_code] * 8)
    assert sorted(answers) == [200] * 4 + [429] * 4
    assert AccessAttempt.objects.get().failures_since_start == 5


def test_one_person_gets_one_account():
    person = PersonFactory()
    names = [f"name{n}" for n in range(THREADS)]
    answers = race(
        *(lambda name=name: registration.register(person=person, username=name, password="x") for name in names)
    )
    assert User.objects.count() == 1
    assert answers.count("这个证件号码已经注册，请直接登录。") == THREADS - 1


def test_one_username_goes_to_one_person():
    people = [PersonFactory() for _ in range(THREADS)]
    answers = race(*(lambda p=p: registration.register(person=p, username="xiulan", password="x") for p in people))
    assert User.objects.count() == 1
    assert answers.count("这个用户名已有人使用。请换一个用户名。") == THREADS - 1

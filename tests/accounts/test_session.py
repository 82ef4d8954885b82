from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, Session, SmsCode
from refunds_portal.tasks import remove_what_is_over
from tests.accounts.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/personal-service/"  # for everybody who is signed in
LOGIN = "/accounts/login/"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/inquiry/?q=1"}


def signed_in(client):
    return get_user(client).is_authenticated


# G-01
def test_everything_is_closed_by_default(client, db):
    assert client.get("/user-center/?a=1").url == f"{LOGIN}?next=/user-center/%3Fa%3D1"


@pytest.mark.parametrize(("trait", "minutes"), [("resident", 30), ("clerk", 15), ("reviewer", 15), ("auditor", 15)])
def test_an_idle_session_ends_with_a_sentence_and_the_way_back(client, pass_time, trait, minutes):
    client.force_login(UserFactory(**{trait: True}))
    pass_time(minutes * 60 - 5)
    client.get(reverse("accounts:password"))
    assert signed_in(client)
    pass_time(minutes * 60 + 5)
    response = client.get(reverse("accounts:password"))
    assert response.url == f"{LOGIN}?next=/accounts/password/"
    assert not signed_in(client)
    assert "您已较长时间没有操作，为了安全已退出，请重新登录" in client.get(response.url).content.decode()


def test_the_old_cookie_is_worth_nothing_after_the_end(client, resident, pass_time):
    client.force_login(resident)
    old = client.session.session_key
    pass_time(3600)
    client.get("/user-center/")
    client.cookies["session"] = old
    assert not client.session.exists(old)


def test_the_old_cookie_is_worth_nothing_after_signing_out(client, resident):
    client.force_login(resident)
    cookie = client.cookies[next(iter(client.cookies))].value
    client.post(reverse("accounts:logout"))
    client.cookies["session"] = cookie
    assert client.get("/user-center/").url.startswith(LOGIN)


def test_who_works_on_is_not_signed_out_until_eight_hours_have_passed(client, resident, pass_time):
    client.force_login(resident)
    for _ in range(24):
        pass_time(20 * 60 - 10)
        assert client.get(reverse("accounts:password")).status_code == 200
    pass_time(5 * 60)
    response = client.get(reverse("accounts:password"))
    assert "已满 8 小时" in client.get(response.url).content.decode()


def test_a_page_read_within_the_minute_writes_no_session_row(client, resident, django_assert_num_queries):
    client.force_login(resident)
    with django_assert_num_queries(3):  # the session, the account and the unread messages
        client.get(reverse("accounts:password"))


@pytest.mark.parametrize("change", [{"role": Role.AUDITOR}, {"office": "another"}])
def test_another_role_or_office_ends_the_session(client, reviewer, change):
    client.force_login(reviewer)
    if "office" in change:
        change = {"office": OfficeFactory()}
    type(reviewer).objects.update(**change)
    response = client.get(reverse("accounts:password"))
    assert response.url.startswith(LOGIN)
    assert "您的身份或所属单位有变更" in client.get(response.url).content.decode()


def test_a_fragment_request_after_the_end_leads_the_whole_page_to_the_sign_in(client, resident, pass_time):
    client.force_login(resident)
    pass_time(3600)
    response = client.get("/pension/", headers=HTMX)
    assert response.status_code == 204
    assert response["HX-Redirect"] == f"{LOGIN}?next=/inquiry/%3Fq%3D1"
    assert not signed_in(client)


def test_a_fragment_request_of_a_stranger_leads_the_whole_page_to_the_sign_in(client, db):
    response = client.post("/pension/apply/", headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, f"{LOGIN}?next=/inquiry/%3Fq%3D1")


def test_after_a_form_sent_too_late_one_comes_back_to_the_page_of_the_form(client, db):
    response = client.post("/pension/withdraw/", headers={"Referer": "http://testserver/pension/?a=1"})
    assert response.url == f"{LOGIN}?next=/pension/%3Fa%3D1"
    response = client.post("/pension/withdraw/", headers={"Referer": "http://evil.example/x"})
    assert response.url == f"{LOGIN}?next=/"


def test_the_sign_in_page_itself_is_not_redirected_when_the_session_ends(client, resident, pass_time):
    client.force_login(resident)
    pass_time(3600)
    response = client.get(LOGIN)
    assert response.status_code == 200
    assert "您已较长时间没有操作" in response.content.decode()


def test_an_initial_password_must_be_changed_first(client, db):
    client.force_login(UserFactory(clerk=True, must_change_password=True))
    response = client.get("/tax-service/")
    assert response.url == "/accounts/password/?next=/tax-service/"
    assert "您用的是初始密码" in client.get(response.url).content.decode()
    assert client.post(reverse("accounts:logout")).url == "/"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/handoff/callbacks/hrss/"])
def test_machines_are_not_asked_to_sign_in(client, db, path):
    response = client.get(path)
    assert LOGIN not in response.headers.get("Location", "")
    assert "session" not in response.cookies


def test_the_alive_page_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_the_table_of_sessions_lets_nobody_in_and_tells_nothing(client, resident):
    client.force_login(resident)
    session = client.session
    session["secret"] = "what-a-page-remembers"
    session.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key, t::text FROM accounts_session t")
        ((key, row),) = cursor.fetchall()
    assert client.session.session_key not in row
    assert "what-a-page-remembers" not in row
    client.cookies["session"] = key
    assert not signed_in(client)


def test_a_session_row_under_another_key_is_empty(client, resident, reviewer):
    client.force_login(reviewer)
    theirs = Session.objects.get().session_data
    other = Client()
    other.force_login(resident)
    Session.objects.filter(user=resident).update(session_data=theirs)
    assert not signed_in(other)
    assert signed_in(client)


def test_what_is_over_is_gone_after_the_night(client, resident):
    client.force_login(resident)
    SmsCode.objects.create(phone_index=b"1", code_hash=b"2", sent_at=timezone.now() - timedelta(days=2))
    Session.objects.create(session_key="0" * 40, session_data="", expire_date=timezone.now() - timedelta(hours=1))
    remove_what_is_over(timestamp=0)
    assert (Session.objects.count(), SmsCode.objects.count()) == (1, 0)
    assert signed_in(client)

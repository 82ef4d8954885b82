"""绑定码: issued by an administrator who has the person before her, one by one or for an office, and on record."""

import csv
import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.doors import binding
from accounts.doors.models import Authenticator, sealed_secret
from accounts.models import BindingCode, Change
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province, username="guanli")
    client.force_login(user)
    return user


def ask(client, user):
    return client.post(reverse("administration:account", args=[user.username]), {"do": "binding"})


def test_it_is_shown_once_works_once_and_is_on_record_without_itself(client, cast, administrator):
    response = ask(client, cast.reviewer)
    code = re.search(r"不要和密码一起发）：(\w{10})", response.content.decode())[1]
    assert code not in client.get(reverse("administration:account", args=[cast.reviewer.username])).content.decode()
    change = Change.objects.get()
    assert (change.by, change.about) == (administrator, cast.reviewer)
    assert code not in change.after
    assert code.encode() not in bytes(BindingCode.objects.get().code_hash)
    assert binding.use_up(cast.reviewer, code) == ""
    assert "还没有签发绑定码" in binding.use_up(cast.reviewer, code)


def test_not_for_oneself_and_not_beside_an_app_that_is_bound(client, cast, administrator):
    assert ask(client, administrator).status_code == 409
    Authenticator.objects.create(user=cast.reviewer, name="动态口令", key=sealed_secret(b"x" * 20, cast.reviewer.pk))
    assert "请先重置身份验证器" in ask(client, cast.reviewer).content.decode()
    assert not BindingCode.objects.exists()


def test_for_an_office_and_what_is_below_at_once(cast, administrator):
    out = io.StringIO()
    call_command("issue_binding_codes", by="guanli", office=cast.county.pk, stdout=out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert {row["用户名"] for row in rows} == {user.username for user in (cast.reviewer, cast.colleague, cast.clerk)}
    mine = next(row["绑定码"] for row in rows if row["用户名"] == cast.clerk.username)
    assert binding.use_up(cast.clerk, mine) == ""
    assert Change.objects.filter(by=administrator).count() == 3
    with pytest.raises(CommandError, match="没有这个系统管理员"):
        call_command("issue_binding_codes", by=cast.reviewer.username, office=cast.county.pk)

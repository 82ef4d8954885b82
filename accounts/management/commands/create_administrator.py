"""The first 系统管理员. The initial password and the 绑定码 of the second factor are printed once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from accounts.administration import deeds
from accounts.administration.forms import NewStaffForm
from accounts.doors import binding


class Command(BaseCommand):
    help = "新建系统管理员，打印初始密码"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True)
        parser.add_argument("--office", required=True, help="税务机关代码")

    def handle(self, **options: Any) -> None:
        # Asked for, so that no number stands in the history of a shell.
        typed = {name: options[name] for name in ("username", "name", "office")}
        typed |= {"number": input("证件号码: "), "phone": input("手机号: "), "role": "reviewer"}
        form = NewStaffForm(typed)
        if not form.is_valid():
            raise CommandError(" ".join(str(words) for errors in form.errors.values() for words in errors))
        clean, password = form.cleaned_data, deeds.initial_password()
        try:
            made = deeds.create_administrator(
                clean["username"], clean["name"], clean["number"], clean["phone"], clean["office"].pk, password
            )
        except deeds.CannotBeDone as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"系统管理员 {clean['username']} 已新建。初始密码（只显示这一次）：{password}")
        self.stdout.write(f"绑定码（只显示这一次，24 小时内绑定身份验证器）：{binding.issue(made)}")

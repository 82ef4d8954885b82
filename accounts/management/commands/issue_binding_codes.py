"""绑定码 for many: clerks and officers who were loaded from a list and have no authenticator. Printed once, as CSV; on record as
issued by an administrator, who gives each to the person herself."""

import csv
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from accounts.administration import deeds
from accounts.administration.staff import everybody
from accounts.models import Role, TaxOffice, User


class Command(BaseCommand):
    help = "为还没有绑定身份验证器的工作人员签发绑定码，以 CSV 打印"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", required=True, help="系统管理员的用户名")
        parser.add_argument("--office", required=True, help="税务机关代码：本机关和下级的人")

    def handle(self, **options: Any) -> None:
        by = User.objects.filter(username=options["by"], role=Role.ADMINISTRATOR, is_active=True).first()
        office = TaxOffice.objects.filter(pk=options["office"]).first()
        if by is None or office is None:
            raise CommandError("没有这个系统管理员或税务机关。请核对后重新运行。")
        printed = csv.writer(self.stdout)
        printed.writerow(["用户名", "姓名", "税务机关或村组", "绑定码"])
        unbound = everybody().filter(totpdevice=None, is_active=True).exclude(person=by.person).order_by("username")
        for user in unbound:
            place = user.office or user.organisation
            mine = user.office or (user.organisation and user.organisation.office)
            if mine and mine.path.startswith(office.path):
                code = deeds.issue_binding_code(user.username, by=by)[1]
                printed.writerow([user.username, user.display_name, str(place), code])

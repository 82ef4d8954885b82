"""What 管理端 says of the backups."""

from datetime import timedelta

import pytest
from django.utils import timezone

from foundation.backup import folder
from refunds_portal import standing


@pytest.mark.parametrize(("hours", "tone"), [(2, "passed"), (25, "returned")])
def test_a_backup_older_than_a_day_is_red(tmp_path, settings, hours, tone):
    settings.BACKUP_FOLDER = tmp_path
    assert standing._backup() == ("最近备份", "returned", "没有备份，请联系运维人员")
    folder.note(tmp_path, folder.Newest("b", timezone.now() - timedelta(hours=hours), 1, 1, "18"))
    assert standing._backup()[1] == tone

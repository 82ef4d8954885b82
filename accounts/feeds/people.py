"""The people inside a feed of payments: known, or seen for the first time. Shared by all schemes.

No plain number leaves this process: what is staged is the blind index, and the text encrypted for the row that will
hold it. To encrypt, the primary key must be known, so people are looked up chunk by chunk while the file is read.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from accounts import identity
from accounts.models import Person
from refunds_portal import crypto
from refunds_portal.feeds import cells
from refunds_portal.feeds.errors import FeedError, Refusal
from refunds_portal.feeds.feed import Row
from refunds_portal.feeds.staging import Stage, wait_lock

NAME, ID_TYPE, ID_NUMBER, PHONE = COLUMNS = ("缴费人姓名", "证件类型", "证件号码", "手机号")
# What a feed with people must have in its stage. `phone` is there only where it is not the one already kept.
STAGE = {"person_id": "uuid", "phone": "bytea", "phone_index": "bytea"}
# People stand together in a feed (years of one person, or the same person in each batch of a village).
RECENT_PEOPLE = 10_000

OTHER_NAME = "系统中这个证件号码登记的姓名与本行不同。请核对姓名和证件号码是否属于同一个人"

_name = cells.name("缴费人姓名", 80)
_id_type = cells.choice(ID_TYPE, {key: value for value, label in IdTypes for key in (value, label)}) if False else None

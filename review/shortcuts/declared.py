"""Every key of the officers' door, once: pages write them on what they press, `?` lists them, and the script knows no others."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import OFFICER_ROLES, Role, User

PREFERENCE = "single_keys"
DECIDING = frozenset({Role.REVIEWER, Role.COUNTERSIGNER})


@dataclass(frozen=True)
class Shortcut:
    """A key, as it is written on what it presses; what that does; and who may do it."""

    key: str
    does: str
    roles: frozenset[Role] = OFFICER_ROLES

    @property
    def pressed(self) -> str:
        """As the script compares it."""
        return self.key.lower()


class Keys:
    """By name, for the templates: `portal.keys.search`."""

    help = Shortcut("?", "这一页的快捷键")
    down = Shortcut("J", "列表里下一行，按 Enter 打开")
    up = Shortcut("K", "列表里上一行，按 Enter 打开")
    search = Shortcut("/", "到查询框")
    take_next = Shortcut("N", "领取下一件", DECIDING)
    answers = tuple(Shortcut(str(n), f"第一项没有结论的核对，选第 {n} 个结论", DECIDING) for n in (1, 2, 3))
    approve = Shortcut("A", "通过（复核通过）并看下一件", DECIDING)
    reject = Shortcut("R", "不通过（退回初审），先选原因", DECIDING)
    send = Shortcut("Ctrl Enter", "选好原因后，确认不通过（退回）并看下一件", DECIDING)
    take = Shortcut("T", "领取这一件", DECIDING)
    put_back = Shortcut("S", "放回队列", DECIDING)
    undo = Shortcut("Z", "收回刚作出的决定", DECIDING)
    note = Shortcut("M", "写备注", DECIDING)
    approve_all = Shortcut("A", "通过列出的全部申请", DECIDING)
    print_form = Shortcut("P", "打印申请表签字", DECIDING)
    submit = Shortcut("A", "提交，由别人审核", DECIDING)


@dataclass(frozen=True)
class Place:
    """A page, and the keys that it may have."""

    label: str
    keys: tuple[Shortcut, ...]


EVERYWHERE = Place("每一页", (Keys.help, Keys.down, Keys.up))
PLACES = {
    "queue": Place("队列", (Keys.take_next, Keys.search)),
    "case": Place(
        "申请",
        (
            *Keys.answers,
            Keys.approve,
            Keys.reject,
            Keys.send,
            Keys.take,
            Keys.put_back,
            Keys.undo,
            Keys.note,
            Keys.search,
        ),
    ),
    "bulk": Place("批量通过", (Keys.approve_all,)),
    "find": Place("查人查单", (Keys.search,)),
    "behalf": Place("代为发起", (Keys.print_form, Keys.submit)),
}


def listed(page: str, role: str) -> Iterator[Place]:
    """What an officer of this role may press on a page; on all of them if none is named."""
    places = PLACES.values() if not page else [PLACES[page]] if page in PLACES else []
    for place in (*places, EVERYWHERE):
        if keys := tuple(key for key in place.keys if role in key.roles):
            yield Place(place.label, keys)


def are_on(user: User | None) -> bool:
    """Whether a single letter does something (WCAG 2.1.4). With a key beside it, it always does."""
    return user is None or bool(user.preferences.get(PREFERENCE, True))


def switch(user: User, *, on: bool) -> None:
    """From the next page on; a page that is open already is told by the script."""
    user.preferences[PREFERENCE] = on
    user.save(update_fields=["preferences"])

"""Narrowings of the queue that an officer keeps by name. They stand with her account, so that showing them asks nothing more."""

from accounts.models import User

PREFERENCE = "queue_views"
MOST, LONGEST = 20, 20


def of(user: User) -> dict[str, str]:
    """Name and query of each."""
    views: dict[str, str] = user.preferences.get(PREFERENCE, {})
    return views


def keep(user: User, name: str, query: str) -> str:
    """Keep the query under the name, over one of the same name. Why not, or an empty string."""
    if not name or "\0" in name or len(name) > LONGEST:
        return f"请给视图起一个名字，不超过 {LONGEST} 个字。"
    if not query:
        return "现在没有用到筛选条件，不用保存。请先加条件。"
    if len(of(user)) >= MOST and name not in of(user):
        return f"最多保存 {MOST} 个视图，请先删除不用的。"
    user.preferences[PREFERENCE] = {**of(user), name: query}
    user.save(update_fields=["preferences"])
    return ""


def remove(user: User, name: str) -> None:
    """Forget it; one that is not there is forgotten already."""
    user.preferences[PREFERENCE] = {kept: query for kept, query in of(user).items() if kept != name}
    user.save(update_fields=["preferences"])

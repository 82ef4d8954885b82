"""The demo's sign-ins, as the login page shows them behind each door (design.md section 8)."""

from django.conf import settings

from accounts.models import Door

PASSWORD = "Tuifei@2026"

LOGINS = {
    Door.NATURAL: [("liuxiulan", "刘秀兰，汉川市"), ("zhanghaoran", "张浩然，华容区")],
    Door.VILLAGE: [("huangtan", "黄潭村村民委员会经办人"), ("wanfu", "万福社区经办人")],
    Door.TAX: [
        ("shenhe1", "汉川市税务局审核人"),
        ("shenhe2", "汉川市税务局审核人"),
        ("fuhe", "孝感市税务局复核人"),
        ("shenji", "省税务局审计员"),
        ("huarong1", "华容区税务局审核人"),
    ],
}


def logins(door: str) -> list[tuple[str, str]]:
    """Username and who it is; nothing outside the demo."""
    return LOGINS[door] if settings.DEMO else []

"""What a closed door says: how many minutes are left, and what else helps meanwhile."""

from typing import Any

from django.conf import settings

from accounts.doors.limits import ADDRESS, EVERYWHERE, Closure
from accounts.models import Door

# What is paused, by the door that was tried.
WHAT = {"password": "修改密码", "proof": "核对身份", "phone": "换手机号"}
WHY = {
    ADDRESS: "从您的网络登录不成功的账号太多，为了安全已暂停。还要等 {minutes} 分钟。",
    EVERYWHERE: "近半小时这个账号输错的次数太多，为了安全已暂停。还要等 {minutes} 分钟。",
}
REPEATED = "连续 {tries} 次输入不对，为了安全已暂停。还要等 {minutes} 分钟。"
ELSEWHERE = "换一个网络再试，例如手机流量"
AGAIN = "忘记密码的，凭姓名、证件和短信验证码重设，重设后马上能登录"
ASK = "忘记密码的，请单位的系统管理员重置"


def told(closed: Closure, door: str) -> dict[str, Any]:
    """`why` as a sentence, and `helps`: what may be done instead of waiting."""
    why = WHY.get(closed.why, REPEATED).format(tries=settings.AXES_FAILURE_LIMIT, minutes=closed.minutes)
    helps = [ELSEWHERE] if closed.why == ADDRESS else []
    if door == Door.NATURAL and closed.why != ADDRESS:
        helps.append(AGAIN)
    elif door in (Door.VILLAGE, Door.TAX):
        helps.append(ASK)
    return {"why": why, "helps": [*helps, f"拨打 {settings.HOTLINE}"]}

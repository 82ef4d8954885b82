"""The page at `/`: what the two agencies hold, for people; with two forms that do what the control does."""

import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import jinja2
from aiohttp import web

from .control import Control, refuse_strangers
from .faults import NAMES
from .messages import Refusal
from .rules import AGENCIES, EVENTS, moment
from .sight import Sight
from .texts import Texts

HERE = Path(__file__).parent
NEWEST = 50
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would not say which page a form is on
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
AGENCY = {"hrss": "人社", "medical": "医保"}
STATE = {
    "received": "已接收",
    "accepted": "核验通过",
    "refused": "不予办理",
    "paid": "银行已付",
    "bounced": "银行退回",
    "cancelled": "已停付",
}
FAULT = {
    "none": "一切正常",
    "accept_then_drop": "收下后断线",
    "accept_then_hang": "收下后不应答",
    "bad_request": "应答 400",
    "callback_first": "先回调再应答",
    "contradict": "结果自相矛盾",
    "delay": "2 秒后应答",
    "drip": "一个字节一个字节地应答",
    "forbidden": "应答 403",
    "forget": "给了回执又忘记",
    "garbage": "应答乱码",
    "late_bounce": "已付后银行退汇",
    "not_found": "应答 404",
    "redirect": "要求转到别处",
    "reorder": "倒序告知",
    "repeat": "每件事告知两遍",
    "reset": "连接被重置",
    "server_error": "应答 500",
    "silent": "不作声",
    "takes_no_questions": "不答询问，重复的应答 409",
    "in_files": "结果按文件送达",
    "throttle": "应答 429",
    "timeout": "不应答",
    "unauthorized": "应答 401",
    "unavailable": "应答 503",
    "unprocessable": "应答 422",
}
NOTICE = {
    "fault": "已照办：故障已设定。",
    "event": "已照办：事件已记入，即将告知门户。",
    "malformed": "没有照办：填写的内容不合要求，请检查后重填。",
    "unknown_instruction": "没有照办：这家机构没有这条指令，请核对指令号。",
}
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def told(event: dict) -> str:
    """Whether the portal has been told, in words."""
    if event["state"] == "delivered":
        return "已告知"
    if not event["happened"]:
        return "尚未发生"
    if event["held"]:
        return "扣住未告知"
    return f"待告知（已试 {event['attempts']} 次，{event['last_answer']}）" if event["attempts"] else "待告知"


TEMPLATES.globals |= {"told": told, "states": STATE, "agencies": AGENCY, "faults": FAULT, "events": EVENTS}
TEMPLATES.globals |= {"names": ["none", *(name for name in NAMES if name != "none")], "codes": AGENCIES}
TEMPLATES.filters["clock"] = lambda text: text[5:19].replace("T", " ")


@dataclass
class Page:
    """Reads through Sight and obeys through Control, so that it shows and does nothing they do not."""

    control: Control
    sight: Sight
    texts: Texts | None = None

    def add_to(self, app: web.Application) -> None:
        """Bring the page, its stylesheet and where its forms go."""
        app.router.add_get("/", self._show)
        app.router.add_get("/page.css", self._style)
        app.router.add_post("/fault", self._fault)
        app.router.add_post("/event", self._event)

    async def _show(self, request: web.Request) -> web.Response:
        asked = request.query
        text = TEMPLATES.get_template("page.jinja").render(
            still="still" in asked,
            notice=NOTICE.get(asked.get("notice", ""), ""),
            failed=asked.get("notice") not in ("fault", "event"),
            chosen=(asked.get("agency", ""), asked.get("instruction_id", "")),
            set_faults=self.control.faults.now(),
            instructions=self.sight.newest(NEWEST),
            barred=self.sight.barred(NEWEST),
            texts=self.texts.newest(NEWEST) if self.texts else [],
            now=moment(time.time()),
        )
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    async def _style(self, request: web.Request) -> web.Response:
        return web.Response(text=(HERE / "page.css").read_text(), content_type="text/css", headers=HEADERS)

    async def _fault(self, request: web.Request) -> web.Response:
        order = await _order(request)
        times = order.pop("times", "")
        count = {"times": int(times) if times.isdecimal() and len(times) < 7 else times} if times else {}
        return _back(lambda: self.control.set_fault(order | count), "fault")

    async def _event(self, request: web.Request) -> web.Response:
        order = await _order(request)
        return _back(lambda: self.control.add_event(order), "event")


async def _order(request: web.Request) -> dict:
    """What the form says, without what was left empty."""
    refuse_strangers(request)
    form = await request.post()
    return {name: value.strip() for name, value in form.items() if isinstance(value, str) and value.strip()}


def _back(obey, done: str) -> web.Response:
    """Do it, and show the page again with what came of it."""
    try:
        obey()
        notice = done
    except Refusal as refusal:
        notice = refusal.code
    raise web.HTTPSeeOther(f"/?{urlencode({'notice': notice})}")

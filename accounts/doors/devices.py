"""What a browser calls itself, in the words of whoever uses it: "Windows，Edge". For telling one's own sign-ins from others."""

from django.http import HttpRequest

# The first that occurs counts: each of them also names others.
PLATFORMS = (
    ("HarmonyOS", "鸿蒙"), ("OpenHarmony", "鸿蒙"), ("iPhone", "苹果手机"), ("iPad", "苹果平板"),
    ("Android", "安卓手机"), ("Windows", "Windows"), ("Macintosh", "苹果电脑"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("UCBrowser", "UC 浏览器"), ("MQQBrowser", "QQ 浏览器"),
    ("HuaweiBrowser", "华为浏览器"), ("MiuiBrowser", "小米浏览器"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
UNKNOWN = "其他设备"


def device_of(request: HttpRequest) -> str:
    """The device of a request. Never what a client wrote itself."""
    said = request.headers.get("User-Agent", "")
    found = [_first(PLATFORMS, said), _first(BROWSERS, said)]
    return "，".join(filter(None, found)) or UNKNOWN


def _first(names: tuple[tuple[str, str], ...], said: str) -> str:
    return next((words for name, words in names if name in said), "")

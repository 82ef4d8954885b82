"""The SMS gateway of the production run: a text message is a line of a file that the test reads."""

from django.conf import settings


class FileSms:
    def send(self, *, phone: str, code: str) -> str:
        (settings.PORTAL_DATA / "sms.txt").write_text(code)
        return "验证码已发送，5 分钟内有效。"

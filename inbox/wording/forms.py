"""New words of a message, judged before anybody is told in them."""

import re
from typing import Any

from django import forms

from foundation.form_parts import TextField
from inbox.wording import placeholders
from inbox.wording.models import Wording

# In characters, once everything in braces is filled in: as many as the columns of a message and an SMS hold.
LONGEST = {"title": 200, "body": 900, "sms": 140}
# Whoever imitates our SMS writes one.
LINK = re.compile(r"https?:|www\.|\.(cn|com|net)\b", re.IGNORECASE)


class WordingForm(forms.Form):
    """消息模板 of one kind."""

    title = TextField("标题", 80, "请填写标题。")
    body = TextField("正文", 300, "请填写正文。", widget=forms.Textarea(attrs={"rows": 4}))
    sms = TextField("短信", 140, widget=forms.Textarea(attrs={"rows": 3}))
    # The words that she has read: somebody else may have changed them meanwhile.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, now: Wording):
        self.now = now
        initial = {"title": now.title, "body": now.body, "sms": now.sms, "seen": str(now.pk)}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        for name, longest in LONGEST.items():
            names = placeholders.allowed(self.now.kind, sms=name == "sms")
            if words := self.cleaned_data.get(name):
                self.cleaned_data[name] = words = " ".join(words.split())
                if problem := placeholders.problem(words, names, longest):
                    self.add_error(name, problem)
        if LINK.search(self.cleaned_data.get("sms", "")):
            self.add_error("sms", "短信里不写网址，以免别人冒充。请删去，写“请登录查看”。")
        if not self.errors and self.cleaned_data["seen"] != str(self.now.pk):
            self.add_error(None, "这条消息刚刚被别人改过，下面右侧是现在的内容。核对后可以再按一次保存。")
        elif not self.errors and all(self.cleaned_data[name] == getattr(self.now, name) for name in LONGEST):
            self.add_error(None, "内容没有改动，没有保存。")
        return self.cleaned_data

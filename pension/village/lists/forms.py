"""A list as a clerk sends it: one file, or one paste."""

from django import forms

from foundation.excel.sheets import Unreadable
from foundation.form_parts import NO_NUL, was_cut
from pension.village.lists import reading

MAX_BYTES = 5 * 1024 * 1024
TOO_LARGE = "文件超过 5 MB，系统没有打开它。请只保留姓名和证件号码两列，或分成几份再上传。"
ONE_WAY = "文件和粘贴的内容请只用一种。"


class UploadForm(forms.Form):
    """`reading` of the cleaned data is what was sent, as a list. `cut` says that the body was too large to be kept."""

    file = forms.FileField(
        label="选择文件",
        required=False,
        error_messages={
            "empty": "文件是空的，里面没有任何内容。请填好名单后再上传。",
            "invalid": "没有收到文件。请重新选择文件后再上传。",
            "max_length": "文件名太长。请改短后再上传。",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.txt"}),
        max_length=255,
    )
    paste = forms.CharField(
        label="或者粘贴证件号码",
        required=False,
        strip=False,
        error_messages={"null_characters_not_allowed": "粘贴的内容" + NO_NUL},
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )

    nothing = "请选择文件，或在下面粘贴证件号码。"
    names = False  # whether a list of names alone will do

    @classmethod
    def of(cls, request):
        """What was sent with a request, if anything was."""
        if request.method != "POST":
            return cls()
        return cls(request.POST, request.FILES, cut=was_cut(request))

    def __init__(self, *args, cut=False, **kwargs):
        self._cut = cut
        super().__init__(*args, **kwargs)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if self.errors:
            return cleaned
        file, paste = cleaned["file"], cleaned["paste"]
        if self._cut or (file and file.size > MAX_BYTES):
            self.add_error("file", TOO_LARGE)
        elif file and paste.strip():
            self.add_error("paste", ONE_WAY)
        elif not file and not paste.strip():
            self.add_error("file", self.nothing)
        else:
            self._read(cleaned, file, paste)
        return cleaned

    def _read(self, cleaned, file, paste):
        try:
            read = (
                reading.read_file(file.read(), names=self.names)
                if file
                else reading.read_pasted(paste, names=self.names)
            )
            cleaned["reading"] = read
        except Unreadable as error:
            self.add_error("file" if file else "paste", str(error))


class NamesForm(UploadForm):
    """People of a batch that exists: some of them are known by their names alone."""

    nothing = "请选择文件，或在下面粘贴证件号码或姓名。"
    names = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["paste"].label = "或者粘贴证件号码、姓名"

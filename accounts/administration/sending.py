"""载入名单 by the page: a file is sent and tried; what it would change is read, and then it is loaded, or given up."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.administration.receiving import MOST
from accounts.administration.views import csv_download, for_administrators, shown
from accounts.feeds import kinds, uploads
from accounts.guards import SignedIn
from accounts.models import Change, Upload
from foundation.form_parts import was_cut
from foundation.fragments import wants
from foundation.shortening import shortened

TOO_LARGE = f"文件超过 {MOST // 1024 // 1024} MB，系统没有接收。请分成几份，或请运维人员用命令载入。"


class FileForm(forms.Form):
    """What is loaded, and the file."""

    kind = forms.ChoiceField(
        label="种类", error_messages={"required": "请选择种类。", "invalid_choice": "没有这个种类。请重新选择。"}
    )
    file = forms.FileField(
        label="文件",
        help_text="CSV（UTF-8），第一行为列名。先试运行，看过会改什么再载入。",
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的，里面没有任何内容。请重新选择。",
            "invalid": "没有收到文件。请重新选择文件后再上传。",
            "max_length": "文件名太长。请改短后再上传。",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
        max_length=255,
    )

    def __init__(self, *args: Any, cut: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._cut = cut
        choices = [("", "请选择"), *((kind.code, kind.title) for kind in kinds.every().values())]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField has them

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self._cut:
            self.errors.pop("file", None)
            self.add_error("file", TOO_LARGE)
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: SignedIn) -> HttpResponse:
    """Which file."""
    form = FileForm(initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES, cut=was_cut(request))
        if form.is_valid():
            file = form.cleaned_data["file"]
            pieces: Iterator[bytes] = file.chunks(uploads.PIECE)
            kind = form.cleaned_data["kind"]
            upload = uploads.receive(kind, file.name, pieces, size=file.size, by=request.user)
            return redirect("administration:upload", upload.pk)
    return shown(request, "administration/load_new.jinja", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@for_administrators
def upload(request: SignedIn, pk: UUID) -> HttpResponse:
    """How far it is, what it would change or has changed, and what is to be decided."""
    found = uploads.known().filter(pk=pk).first()
    if found is None:
        raise Http404
    page = "administration/_upload.jinja" if wants(request, "upload") else "administration/upload.jinja"
    return shown(request, page, {"upload": found})


@require_POST
@for_administrators
def decide(request: SignedIn, pk: UUID) -> HttpResponse:
    """载入, or 放弃."""
    deed = {"load": uploads.confirm, "drop": uploads.give_up}.get(request.POST.get("do", ""))
    if deed is None or not Upload.objects.filter(pk=pk).exists():
        raise Http404
    try:
        deed(pk, by=request.user)
    except uploads.CannotBeDone as reason:
        messages.warning(request, str(reason))
    return redirect("administration:upload", pk)


@require_POST
@for_administrators
def rejected(request: SignedIn, pk: UUID) -> HttpResponse:
    """The rows that the trial or the load refused; that they were taken is on record."""
    found = Upload.objects.filter(pk=pk, rejected__isnull=False).first()
    if found is None or found.rejected is None:
        raise Http404
    what = shortened(f"下载被拒的行，{found.file_name}", 100)
    Change.objects.create(by=request.user, what=what, after=f"{found.refused:,} 行")
    return csv_download(found.rejected.reveal("the refused rows are corrected"), f"upload-{found.pk}")

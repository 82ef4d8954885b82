"""The file of a feed may be larger than memory: on this one address, and for an administrator, it goes to disk while it comes in.
Everywhere else a file is never written down."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.urls import reverse

# Larger files are loaded by whoever runs the server, with the commands.
MOST = 300 * 1024 * 1024


class FeedOnDisk(TemporaryFileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS; what it does not want goes on to the next one."""

    _wants = False

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        request = self.request
        assert request is not None, "Django gives each handler its request"
        here = request.path == reverse("administration:load-new") and content_length <= MOST
        self._wants = here and getattr(getattr(request, "user", None), "is_administrator", False)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self._wants:
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self._wants:
            return raw_data
        super().receive_data_chunk(raw_data, start)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return super().file_complete(file_size) if self._wants else None

    def upload_interrupted(self) -> None:
        if self._wants:
            super().upload_interrupted()

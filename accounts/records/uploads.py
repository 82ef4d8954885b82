"""A file of a feed that an administrator sends by the page: kept sealed until it is loaded or given up, and first only tried."""

from django.db import models

from foundation import crypto, masks


class UploadState(models.TextChoices):
    """How far it is."""

    CHECKING = "checking", "正在试运行"
    CHECKED = "checked", "等待载入"
    LOADING = "loading", "正在载入"
    LOADED = "loaded", "已载入"
    FAILED = "failed", "没有载入"
    DROPPED = "dropped", "已放弃"


UNDER_WAY = (UploadState.CHECKING, UploadState.LOADING)


class Upload(models.Model):
    """One file. The counts are those of the trial, or of the load once there is one."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("种类的名称", max_length=60)
    file_name = models.CharField("文件名", max_length=200)
    size = models.PositiveBigIntegerField("字节数")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("上传时间", auto_now_add=True)
    state = models.CharField("状态", max_length=10, choices=UploadState, default=UploadState.CHECKING)
    # A line of progress, or why nothing was loaded.
    said = models.CharField("进展", max_length=500, blank=True)
    counts = models.CharField("结果", max_length=200, blank=True)
    refused = models.PositiveIntegerField("被拒", default=0)
    notes = models.TextField("提示", blank=True)
    rejected = crypto.EncryptedField("被拒绝的行", mask=masks.whole, null=True)
    load = models.ForeignKey("accounts.Load", models.PROTECT, null=True, related_name="+")

    PERSONAL = {
        "by": "who is answerable",
        "file_name": "which file; named by a person",
        "rejected": "the refused rows, to be corrected",
    }
    IMPERSONAL = "id kind title size at state said counts refused notes load"

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="uploads_newest")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY


class UploadPart(models.Model):
    """A piece of the file, which is deleted once it is not needed any more."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="parts")
    place = models.PositiveIntegerField()
    content = crypto.EncryptedField("内容", mask=masks.whole)

    PERSONAL = {"content": "the rows of a feed, until they are loaded"}
    IMPERSONAL = "id upload place"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "place"], name="one_part_per_place")]

    def __str__(self) -> str:
        return f"{self.upload} {self.place}"

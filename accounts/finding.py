"""Columns by which officers find people, and which nobody has to remember: each is made of another one as it is saved.

They are made of what is being saved, so an `update()` of a name or a phone must give them too, as the feeds do by COPY.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.spelling import initials
from foundation.numbers import phone_tail


class InitialsField(ArrayField):
    """The pinyin initials of `name`, in every reading."""

    def pre_save(self, model_instance: models.Model, add: bool) -> list[str]:
        return initials(model_instance.name)  # type: ignore[attr-defined]  # of a person


class LastFourField(models.BinaryField):
    """The blind index of the last four digits of `phone`."""

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        phone = model_instance.phone  # type: ignore[attr-defined]  # of a person
        return phone_tail(phone.reveal("its last four digits are looked for")) if phone else None

"""What has a picture of its own for links that people share."""

from django.db import models


class Social(models.Model):
    """Both columns are written by catalog.social_images alone, together."""

    social_image = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="Its storage name, made of its content. Empty: none was drawn.",
    )
    social_of = models.CharField(
        max_length=32,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="A fingerprint of the name and the picture that it was drawn from.",
    )

    class Meta:
        abstract = True

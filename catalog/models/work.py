"""A file that the media worker must work on before the shop can show it."""

from django.db import models


class Work(models.Model):
    """Where the work on a file stands. Moved by catalog.work alone."""

    class State(models.TextChoices):
        QUEUED = "queued"
        PROCESSING = "processing"
        READY = "ready"
        FAILED = "failed"  # the file is at fault
        DEAD = "dead"  # the shop is: every try was used up

    original = models.CharField(max_length=200, blank=True, help_text="Name in the private storage of originals.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Pictured(models.Model):
    """Has public versions of one picture.

    `renditions` maps format to width to storage name: {"avif": {"360": "pictures/ab/…-360.avif"}, "webp": …}.
    Rows that show the same picture share those files.
    """

    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    renditions = models.JSONField(default=dict, blank=True)
    stem = models.CharField(
        max_length=120,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="What its files' names begin with.",
    )
    placeholder = models.CharField(
        max_length=600,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="A few pixels, shown while it loads.",
    )

    class Meta:
        abstract = True

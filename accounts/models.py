"""People."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Coalesce, Lower, Now, NullIf
from django.utils import timezone
from django_countries.fields import CountryField

from core import email_addresses


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.with_email(email or "").get()

    def with_email(self, email: str) -> models.QuerySet["User"]:
        """The one account with this address, whatever its case, by the index that keeps it one."""
        return self.alias(lower=Lower("email")).filter(lower=email.lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A customer or a member of staff, known by e-mail address."""

    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    is_staff = models.BooleanField(default=False, help_text="May sign in to the back office.")
    is_active = models.BooleanField(default=True)
    marketing_consent_at = models.DateTimeField(null=True, blank=True)
    marketing_consent_source = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Where it was given."
    )
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When its person was erased.")
    token_epoch = models.PositiveIntegerField(
        db_default=0, editable=False, help_text="Moved on by the database whenever one of the API tokens goes."
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_its_case")]
        # allauth looks for the address as it is written, each time that somebody unknown signs in or up.
        indexes = [models.Index(fields=["email"], name="user_email_idx")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0] if self.full_name else self.email


class Address(models.Model):
    """A place to send to, in the address book of an account. Orders copy it and never point at it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="addresses")
    full_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20)
    country = CountryField()
    state = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=200)
    landmark = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=60, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    is_default = models.BooleanField(default=False, help_text="Checkout begins with it.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "addresses"
        ordering = ["-is_default", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="address_one_default_of_an_account"
            )
        ]

    def __str__(self) -> str:
        return f"{self.street}, {self.area or self.city}"


class ConsentChangeQuerySet(models.QuerySet["ConsentChange"]):
    def of(self, user_id: int | None, emails: Iterable[str]) -> "ConsentChangeQuerySet":
        """What the account said, and what was said without one for these proved addresses (in lower case) as they are
        written: another spelling is somebody else's with many providers. Where none is known it goes by `person`."""
        written = Coalesce(NullIf(Lower("email"), models.Value("")), "person")
        spelled = [email_addresses.person(email) for email in emails]
        without = models.Q(user=None, person__in=spelled, written__in=list(emails))
        return self.alias(written=written).filter(models.Q(user=user_id, user__isnull=False) | without)


class ConsentChange(models.Model):
    """Somebody agreed to marketing mail, or took that back. Never changed (a trigger); it goes with its person."""

    person = models.CharField(max_length=254, help_text="The address as core.email_addresses.person.")
    email = models.CharField(max_length=254, blank=True, default="", db_default="", help_text="As it was written.")
    user = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="consent_changes",
        help_text="Empty for somebody without an account.",
    )
    given = models.BooleanField()
    source = models.CharField(max_length=40, help_text="Where it was said.")
    wording = models.TextField(blank=True, help_text="What was agreed to, as it stood there.")
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[ConsentChangeQuerySet] = ConsentChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(given=True) & ~models.Q(wording="") | models.Q(given=False, wording=""),
                name="consent_has_its_words",
            )
        ]
        indexes = [models.Index(fields=["person"], name="consent_person_idx")]

    def __str__(self) -> str:
        return f"{'agreed' if self.given else 'took it back'}, {self.source}"


class FailedSignIn(models.Model):
    """One try to get an API token that came to nothing. Kept in the database, for guessing must not be free while Redis
    is away."""

    subject = models.CharField(max_length=300, help_text="The account or the address that is counted.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["subject", "created_at"], name="failed_sign_in_idx")]

    def __str__(self) -> str:
        return self.subject

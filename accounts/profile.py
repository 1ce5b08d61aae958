"""Who an account says it is: the name and the phone number with which checkout begins."""

from accounts.models import User
from core.errors import NotFound


def change(user: User, *, full_name: str | None = None, phone: str | None = None) -> User:
    """What is None stays as it is; orders keep what they were placed with. Raises NotFound for an account that was
    erased in the same moment."""
    asked = {name: value for name, value in (("full_name", full_name), ("phone", phone)) if value is not None}
    if asked and not User.objects.filter(pk=user.pk, erased_at=None).update(**asked):
        raise NotFound("This account is closed.")
    for name, value in asked.items():
        setattr(user, name, value)
    return user

"""Which addresses somebody has proved to be theirs."""

from allauth.account.models import EmailAddress


def proved_addresses(user_id: int) -> list[str]:
    """In lower case. What was only typed into a form is none of them."""
    addresses = EmailAddress.objects.filter(user=user_id, user__is_active=True, verified=True)
    return [email.lower() for email in addresses.values_list("email", flat=True)]

"""The newsletter's list and the consent of accounts: one and the same to whoever gives it or takes it back."""

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from accounts import consent
from accounts.models import User
from core.email_addresses import EmailKey
from mailing import campaign_sending, campaigns, newsletter
from mailing.models import Subscriber


def leave(token: str) -> str:
    """Takes whoever the link names off the list, and back the consent of their account. Returns the address, partly
    hidden. Harmless twice. Raises NotFound."""
    return hidden(consent.leave(token))


def confirm(token: str) -> str:
    """Puts whoever the link names on the list. Returns the address, partly hidden. Harmless twice. Raises NotFound."""
    return hidden(consent.confirm(token).email)


def hidden(email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def include_accounts() -> int:
    """Customers who agreed in their account, and proved its address, are on the list, each once. Returns how many were
    not yet, or not confirmed: one query for all the others."""
    proved = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True)
    on_it = Subscriber.objects.filter(person=EmailKey(OuterRef("email")), state=Subscriber.State.CONFIRMED)
    agreed = User.objects.filter(Exists(proved), ~Exists(on_it), is_active=True, marketing_consent_at__isnull=False)
    people = 0
    for user in agreed.order_by("pk").iterator():
        if user.marketing_consent_at is not None:
            newsletter.include(user.email, user.marketing_consent_source or "account", user.marketing_consent_at)
            people += 1
    return people


def people() -> int:
    """How many would get a newsletter now."""
    include_accounts()
    return campaigns.audience().count()


def begin_due() -> int:
    """Begins the campaigns whose time has come, with who agreed in an account on the list too. Returns how many."""
    due = [] if campaign_sending.paused() else campaigns.due()
    if due:
        include_accounts()
    return sum(campaigns.start(pk) for pk in due)

"""Whether somebody wants marketing mail: one rule for accounts, checkout, API and newsletter.

What holds now is `User.marketing_consent_at`, and for people without an account their row in the newsletter's list. How
it came about is `ConsentChange`: each yes with the words that were agreed to, and each no.
"""

import structlog
from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from accounts.models import ConsentChange, User
from accounts.proof import proved_addresses
from core.email_addresses import person
from core.errors import Conflict, NotFound, ShopError
from core.transactions import in_transaction
from mailing import newsletter
from mailing.models import Subscriber

# Beside every box to tick. Changed words count for who agrees from then on; the rows keep those of before.
WORDS = (
    "Send me news and offers by e-mail: new pieces, sales, and a reminder of a bag that I left. "
    "I can stop them at any time."
)

SIGN_UP = "sign-up"
ACCOUNT = "account page"
API = "API"
CHECKOUT = "checkout"
NEWSLETTER = "newsletter"
LINK = "link in a mail"

log = structlog.get_logger(__name__)


class OtherWords(Conflict):
    """Somebody agreed to what the shop does not say any more."""

    code = "consent_words_changed"


@in_transaction
def give(user: User, source: str) -> None:
    """Harmless twice: the first time and place are kept while the consent lasts."""
    if _set(user, source):
        _note(user.email, user, source, given=True)


@in_transaction
def withdraw(user: User, source: str) -> None:
    """From the newsletter's list too, for to whoever says it that is one thing. Harmless twice."""
    _locked(user)
    stood = stands(user)
    User.objects.filter(pk=user.pk).update(marketing_consent_at=None, marketing_consent_source="")
    for email in {user.email.lower(), *proved_addresses(user.pk)}:
        newsletter.leave(email)
    if stood:
        _note(user.email, user, source, given=False)


def give_by_words(user: User, source: str, words: str) -> None:
    """As `give`, for a front end that shows the words itself and sends back which. Raises OtherWords."""
    check_words(words)
    give(user, source)


def check_words(words: str) -> None:
    """Raises OtherWords."""
    if words != WORDS:
        raise OtherWords("These are not the words that are agreed to now. Show `wording` anew, then ask again.")


def ask_at_checkout(user: User | None, email: str, *, network_address: str) -> None:
    """Who is signed in has agreed; anybody may have written a guest's address, so a mail asks its owner first.

    The order is placed by then and stands, whatever comes of this.
    """
    try:
        if user is not None:
            give(user, CHECKOUT)
        else:
            newsletter.ask(email, CHECKOUT, network_address=network_address)
    except ShopError as error:
        log.info("not_asked_at_checkout", reason=error.code)


@in_transaction
def confirm(token: str) -> Subscriber:
    """By the link of the newsletter's mail: the person is on its list, and an account that proved this address has
    agreed. Harmless twice. Raises NotFound as mailing.newsletter.confirm."""
    row = Subscriber.objects.select_for_update(no_key=True).get(pk=newsletter.asked_by(token).pk)
    is_new = row.state == Subscriber.State.ASKED
    row = newsletter.confirm(token)
    source = f"{NEWSLETTER}, {row.source}"[:40]
    if is_new:
        user = _who_proved(row.email)
        if user is not None:
            _set(user, source)
        _note(row.email, user, source, given=True)
    return row


@in_transaction
def leave(token: str) -> str:
    """By a link in a mail: off the list, and the consent of the account is taken back. Harmless twice. Returns the
    address. Raises NotFound as mailing.newsletter.leaving, and for an account that is gone."""
    row = Subscriber.objects.select_for_update(no_key=True).get(pk=newsletter.leaving(token).pk)
    newsletter.count_leaving(token)
    # A mail to an account says so, for the list may have its person by another spelling: somebody else's, perhaps.
    named = newsletter.account_left_by(token)
    account = User.objects.filter(pk=named, erased_at=None).first()
    if named and account is None:
        raise NotFound("This link stops nothing any more: its account is gone, and gets no mail.")
    email = account.email if account else row.email
    user = User.objects.with_email(email).exclude(marketing_consent_at=None).first()
    if user is not None:
        withdraw(user, LINK)
    elif row.state == Subscriber.State.CONFIRMED and row.email.lower() == email.lower():
        _note(email, None, LINK, given=False)
    newsletter.leave(email)
    return email


def stands(user: User) -> bool:
    """Whether they get marketing mail, by their account or by the list."""
    proved = proved_addresses(user.pk)
    on_the_list = Subscriber.objects.as_written(proved).filter(state=Subscriber.State.CONFIRMED)
    return User.objects.filter(pk=user.pk).exclude(marketing_consent_at=None).exists() or on_the_list.exists()


def history(user: User) -> QuerySet[ConsentChange]:
    """The newest first; of a proved address also what its owner said without the account."""
    return ConsentChange.objects.of(user.pk, proved_addresses(user.pk)).order_by("-pk")


def _set(user: User, source: str) -> bool:
    """False where it stood already."""
    return bool(
        User.objects.filter(pk=user.pk, marketing_consent_at=None, erased_at=None).update(
            marketing_consent_at=Now(), marketing_consent_source=source
        )
    )


def _note(email: str, user: User | None, source: str, *, given: bool) -> None:
    ConsentChange.objects.create(
        person=person(email), email=email, user=user, given=given, source=source, wording=WORDS if given else ""
    )


def _locked(user: User) -> None:
    """One change at a time, and none of a person who was erased in the same moment."""
    if not User.objects.select_for_update(of=("self",), no_key=True).filter(pk=user.pk, erased_at=None).first():
        raise NotFound("This account is closed.")


def _who_proved(email: str) -> User | None:
    proved = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True)
    return User.objects.with_email(email).filter(Exists(proved), is_active=True).first()

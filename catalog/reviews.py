"""Reviews: who may write one, what the shop does with it, and the figures that a product keeps of them.

Orders stand above the catalogue: they hand over what was delivered as plain values.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, Sum
from django.db.models.functions import Now

from catalog import cache, images, tasks
from catalog.models import Image, Product, Review, ReviewInvitation, ReviewVote, VariantSize
from catalog.models.reviews import NAME_MAX, REASON_MAX, TEXT_MAX, TITLE_MAX
from core import card_numbers
from core.errors import Conflict, NotFound, ShopError
from core.queue import nudge
from core.transactions import in_transaction

PHOTOS_MAX = 3
# Three of them pass the door together, which takes 30 MB at once.
PHOTO_BYTES_MAX = 9 * 1024 * 1024
STARS = (1, 2, 3, 4, 5)
# How guests are named, and what of the name they share with all who come by the same network address.
GUEST, PLACE_LENGTH = "guest ", 16
# Many people share one at a mobile network, but hardly more of them a day find the same review helpful.
GUESTS_PER_PLACE = 10
FITS = (Review.Fit.SMALL, Review.Fit.TRUE, Review.Fit.LARGE)
State = Review.State


class TooManyVotes(ShopError):
    status = 429
    code = "too_many_votes"


class AlreadyReviewed(Conflict):
    code = "already_reviewed"


@dataclass(frozen=True, slots=True)
class Delivered:
    """One line of an order that has arrived, named as it was sold."""

    order_line: int
    variant_size_id: int
    colour: str
    size: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a customer sends, not yet checked."""

    stars: int
    fit: str
    title: str
    text: str
    display_name: str


def invite(order_number: str, lines: Iterable[Delivered], *, name: str = "", user_id: int | None = None) -> None:
    """Gives each delivered line the right to one review, in the caller's transaction. Harmless twice."""
    lines = list(lines)
    sizes = VariantSize.objects.filter(pk__in={line.variant_size_id for line in lines})
    products = dict(sizes.values_list("pk", "variant__product_id"))
    invitations = [
        ReviewInvitation(
            order_line=line.order_line,
            order_number=order_number,
            user_id=user_id,
            product_id=products[line.variant_size_id],
            variant_size_id=line.variant_size_id,
            colour=line.colour,
            size=line.size,
            name=name[:NAME_MAX],
        )
        for line in lines
    ]
    ReviewInvitation.objects.bulk_create(invitations, ignore_conflicts=True)


def addresses_of(order_number: str) -> dict[int, str]:
    """Where each line of an order is reviewed, by the id of the line."""
    invitations = ReviewInvitation.objects.filter(order_number=order_number)
    return {invitation.order_line: invitation.get_absolute_url() for invitation in invitations}


def invitation_with(token: str) -> ReviewInvitation:
    """Raises NotFound, in the same words for a token that was never one and for one that is somebody else's."""
    known = ReviewInvitation.objects.select_related("product", "variant_size__variant")
    found = known.filter(token=token).first() if "\0" not in token else None
    if found is None:
        raise NotFound("There is no such invitation. Open the link from your delivery mail again.", field="invitation")
    return found


def submit(token: str, opinion: Opinion, photos: Sequence[bytes], *, author: str) -> Review:
    """Keeps what a customer wrote until staff have read it. Photos are stored before anything is written.

    `author` is the writer as votes know people. Raises NotFound for a token that opens nothing, AlreadyReviewed the
    second time, ShopError or images.NotAPicture that names the field for what cannot be taken.
    """
    invitation = invitation_with(token)
    _check(opinion)
    if len(photos) > PHOTOS_MAX:
        raise ShopError(f"{len(photos)} photos are too many: choose {PHOTOS_MAX} at most.", field="photos")
    if Review.objects.filter(invitation=invitation).exists():
        raise _already(invitation)
    return _keep(invitation.pk, opinion, [_stored(number, photo) for number, photo in enumerate(photos, 1)], author)


@in_transaction
def approve(review_id: int, staff_id: int) -> Review:
    """Shows a review, and counts it. Harmless twice; a rejected one may be approved after all."""
    return _decide(review_id, State.APPROVED, "", staff_id, "Approved.")


@in_transaction
def reject(review_id: int, reason: str, staff_id: int) -> Review:
    """Hides a review for a reason, and counts it no longer. Harmless twice. Raises ShopError without a reason."""
    reason = _prose("reason", reason, REASON_MAX, "Write why, so that the next of you understands.")
    return _decide(review_id, State.REJECTED, reason, staff_id, f"Rejected: {reason}")


@in_transaction
def reply(review_id: int, text: str, staff_id: int) -> Review:
    """The shop's public answer under a review; no text takes it away again."""
    text = _prose("reply", text, TEXT_MAX, "") if text.strip() else ""
    review = _locked(review_id)
    review.reply = text
    review.replied_at = Now() if text else None
    review.save(update_fields=["reply", "replied_at"])
    _log(review, staff_id, f"Replied: {text}" if text else "Took the reply away.")
    cache.forget_products([review.product.slug])
    return review


@in_transaction
def vote(review_id: int, voter: str) -> tuple[Review, bool]:
    """Finds a review helpful, or takes that back: one vote a person. Returns it, and whether the vote stands now.

    Raises NotFound for one that is not shown, Conflict for the writer's own, TooManyVotes where guests come again and
    again as somebody new.
    """
    review = Review.objects.select_for_update(of=("self",), no_key=True).select_related("product", "invitation")
    found = review.filter(pk=review_id, state=State.APPROVED).first()
    if found is None:
        raise NotFound("There is no such review.")
    if voter in {found.author, account(found.invitation.user_id)}:
        raise Conflict("This is your own review. Others say whether it helps them.", code="own_review")
    taken_back, _ = ReviewVote.objects.filter(review=found, voter=voter).delete()
    if not taken_back:
        _check_guests(found, voter)
        ReviewVote.objects.create(review=found, voter=voter)
    found.helpful_count = found.votes.count()
    found.save(update_fields=["helpful_count"])
    cache.forget_products([found.product.slug])
    return found, not taken_back


def _check_guests(review: Review, voter: str) -> None:
    """Under the lock of the review, so that votes sent all at once are counted too."""
    if not voter.startswith(GUEST):
        return
    of_a_day = review.votes.filter(created_at__gt=Now() - timedelta(days=1))
    if of_a_day.filter(voter__startswith=voter[: len(GUEST) + PLACE_LENGTH]).count() >= GUESTS_PER_PLACE:
        raise TooManyVotes(
            "Many guests of your network have voted for this review today, so this vote was not counted. "
            "Sign in to vote, or try again tomorrow."
        )


def account(user_id: int | None) -> str:
    """A signed-in person, as authors and votes name them."""
    return f"account {user_id}" if user_id else ""


@in_transaction
def _keep(invitation_id: int, opinion: Opinion, originals: list[str], author: str) -> Review:
    invitation = ReviewInvitation.objects.select_for_update(of=("self",), no_key=True).get(pk=invitation_id)
    if Review.objects.filter(invitation=invitation).exists():
        raise _already(invitation)
    review = Review.objects.create(
        invitation=invitation,
        product_id=invitation.product_id,
        author=author,
        stars=opinion.stars,
        fit=opinion.fit,
        title=opinion.title.strip(),
        text=_lines(opinion.text),
        display_name=opinion.display_name.strip(),
        colour=invitation.colour,
        size=invitation.size,
    )
    alt = f"Photo by {review.display_name}: {invitation.colour}, {invitation.size}"
    for position, original in enumerate(originals, 1):
        photo = Image.objects.create(review=review, alt=alt, original=original, position=position)
        nudge(tasks.process_image, photo.pk)
    return review


def _check(opinion: Opinion) -> None:
    if opinion.stars not in STARS:
        raise ShopError("Choose one to five stars.", field="stars")
    if opinion.fit not in FITS:
        raise ShopError("Choose how it fits: small, true to size or large.", field="fit")
    _prose("title", opinion.title, TITLE_MAX, "Write a few words as a title.")
    _prose("text", opinion.text, TEXT_MAX, "Write how it is to wear.")
    _prose("display_name", opinion.display_name, NAME_MAX, "Write the name to show with your review.")


def _prose(field: str, text: str, most: int, if_empty: str) -> str:
    text = _lines(text)
    if not text:
        raise ShopError(if_empty, field=field)
    if "\0" in text:
        raise ShopError("This text holds a character that cannot be kept. Write it anew.", field=field)
    if len(text) > most:
        raise ShopError(f"This is {len(text)} characters long; {most} fit. Shorten it.", field=field)
    card_numbers.refuse(text, field)
    return text


def _lines(text: str) -> str:
    """Browsers send line breaks as two characters and count them as one."""
    return text.replace("\r\n", "\n").strip()


def _stored(number: int, photo: bytes) -> str:
    try:
        return images.store_original(photo)
    except images.NotAPicture as refused:
        raise ShopError(f"Photo {number}: {refused.message}", code=refused.code, field="photos") from refused


def _already(invitation: ReviewInvitation) -> AlreadyReviewed:
    return AlreadyReviewed(
        f"You reviewed this already: {invitation.colour}, size {invitation.size}, of order {invitation.order_number}. "
        "There is nothing more to send."
    )


def _decide(review_id: int, state: str, reason: str, staff_id: int, said: str) -> Review:
    """Product before review: whoever counts holds the product, so the figures cannot drift."""
    about = Product.objects.filter(reviews=review_id)
    product = Product.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=about.values("pk")).first()
    review = _locked(review_id)
    if (review.state, review.reason) != (state, reason):
        review.state, review.reason, review.decided_at = state, reason, Now()
        review.save(update_fields=["state", "reason", "decided_at"])
        _log(review, staff_id, said)
    if product is not None:
        _count(product)
        cache.forget_products([product.slug])
    return review


def _locked(review_id: int) -> Review:
    rows = Review.objects.select_for_update(of=("self",), no_key=True).select_related("product")
    found = rows.filter(pk=review_id).first()
    if found is None:
        raise NotFound("This review is no longer there. Go back to the list.")
    return found


def _count(product: Product) -> None:
    """From the rows, never by adding one: a figure that was ever wrong is right again after this."""
    shown = Review.objects.filter(product=product, state=State.APPROVED)
    counts = {f"star_{stars}": Count("pk", filter=Q(stars=stars)) for stars in STARS}
    counts |= {f"fit_{fit}": Count("pk", filter=Q(fit=fit)) for fit in FITS}
    figures = shown.aggregate(count=Count("pk"), sum=Sum("stars", default=0), **counts)
    Product.objects.filter(pk=product.pk).update(
        rating_count=figures["count"],
        rating_sum=figures["sum"],
        star_counts=[figures[f"star_{stars}"] for stars in STARS],
        fit_counts=[figures[f"fit_{fit}"] for fit in FITS],
    )


def _log(review: Review, staff_id: int, said: str) -> None:
    LogEntry.objects.create(
        user_id=staff_id,
        content_type=ContentType.objects.get_for_model(Review),
        object_id=str(review.pk),
        object_repr=str(review)[:200],
        action_flag=CHANGE,
        change_message=said,
    )

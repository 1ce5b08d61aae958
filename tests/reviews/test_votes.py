"""Whether a review helped: one vote a person, taken back by the next, and never for one's own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from catalog import reviews
from catalog.models import Product, Review, ReviewInvitation, ReviewVote
from tests.factories import UserFactory
from tests.reviews.conftest import WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(product: Product, review_of: Callable[..., Review]) -> Review:
    return review_of(product)


@pytest.fixture
def member() -> User:
    person: User = UserFactory()
    person.save()
    return person


def helpful(review: Review) -> int:
    review.refresh_from_db()
    return review.helpful_count


def test_a_guests_second_press_takes_the_vote_back(client: Client, review: Review) -> None:
    back = review.product.get_absolute_url()
    answer = client.post(f"/reviews/{review.pk}/helpful/", {"back": back})
    assert answer.headers["Location"] == f"{back}#review-{review.pk}"
    assert helpful(review) == 1
    client.post(f"/reviews/{review.pk}/helpful/")
    assert helpful(review) == 0
    Client().post(f"/reviews/{review.pk}/helpful/")
    assert helpful(review) == 1


def test_a_script_gets_the_figure(client: Client, review: Review) -> None:
    answer = client.post(f"/reviews/{review.pk}/helpful/", headers={"Accept": "application/json"})
    assert answer.json() == {"helpful": 1, "message": "Thank you: it is counted."}


def test_whoever_throws_the_cookie_away_does_not_vote_for_ever(review: Review, member: User) -> None:
    address = f"/reviews/{review.pk}/helpful/"
    for _ in range(10):
        assert Client().post(address, headers={"Accept": "application/json"}).status_code == 200
    for _ in range(2):
        refused = Client().post(address, headers={"Accept": "application/json"})
        assert (refused.status_code, helpful(review)) == (429, 10)
        assert APIClient().post(f"/api/v1/reviews/{review.pk}/votes/").status_code == 429
    assert Client().post(address, {"back": "/shop/"}, follow=True).status_code == 200
    assert helpful(review) == 10
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    elsewhere.post(address)
    member_of_the_same_network = Client()
    member_of_the_same_network.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    member_of_the_same_network.post(address)
    assert helpful(review) == 12
    elsewhere.post(address)
    assert helpful(review) == 11


def test_the_next_day_a_network_may_vote_again(review: Review) -> None:
    for _ in range(10):
        Client().post(f"/reviews/{review.pk}/helpful/")
    ReviewVote.objects.update(created_at=Now() - timedelta(days=1, seconds=1))
    Client().post(f"/reviews/{review.pk}/helpful/")
    assert helpful(review) == 11


def test_a_member_votes_once_from_everywhere(review: Review, member: User) -> None:
    for _ in range(2):
        client = Client()
        client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
        client.post(f"/reviews/{review.pk}/helpful/")
    assert helpful(review) == 0


def test_nobody_votes_for_their_own(client: Client, invitation: ReviewInvitation, staff: User) -> None:
    client.post(f"/reviews/{invitation.token}/", {**WORDS, "stars": "5"})
    own = Review.objects.get()
    reviews.approve(own.pk, staff.pk)
    answer = client.post(f"/reviews/{own.pk}/helpful/", headers={"Accept": "application/json"})
    assert (answer.status_code, helpful(own)) == (409, 0)
    assert "your own review" in answer.json()["message"]
    assert client.post(f"/reviews/{own.pk}/helpful/", {"back": "/shop/"}, follow=True).status_code == 200


@pytest.mark.parametrize("state", ["pending", "rejected"])
def test_what_is_not_shown_cannot_be_voted_for(
    client: Client, product: Product, review_of: Callable[..., Review], state: str
) -> None:
    hidden = review_of(product, state=state)
    assert client.post(f"/reviews/{hidden.pk}/helpful/").status_code == 404
    assert client.post("/reviews/999999/helpful/").status_code == 404
    assert not ReviewVote.objects.exists()


def test_looking_and_other_sites_change_nothing(review: Review) -> None:
    assert Client().get(f"/reviews/{review.pk}/helpful/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    other = strict.post(f"/reviews/{review.pk}/helpful/", headers={"Sec-Fetch-Site": "cross-site"})
    assert (other.status_code, helpful(review)) == (403, 0)
    ours = strict.post(f"/reviews/{review.pk}/helpful/", headers={"Sec-Fetch-Site": "same-origin"})
    assert (ours.status_code, helpful(review)) == (302, 1)


def test_a_forged_cookie_is_a_stranger_and_a_strange_way_back_is_not_taken(client: Client, review: Review) -> None:
    client.cookies["voter"] = "account 1:forged"
    answer = client.post(f"/reviews/{review.pk}/helpful/", {"back": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
    assert ReviewVote.objects.get().voter.startswith("guest ")


def test_the_database_takes_one_vote_a_person(review: Review) -> None:
    reviews.vote(review.pk, "guest 7")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewVote.objects.create(review=review, voter="guest 7")


def test_the_most_helpful_stand_first(client: Client, product: Product, review_of: Callable[..., Review]) -> None:
    first, second = review_of(product, title="Older"), review_of(product, title="Newer")
    reviews.vote(first.pk, "guest 7")
    text: Any = client.get(product.get_absolute_url()).text
    assert text.index(f"review-{first.pk}-title") < text.index(f"review-{second.pk}-title")

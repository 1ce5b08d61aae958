"""Reviews for a separate front end."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from catalog import reviews
from catalog.models import Image, Review, ReviewInvitation, VariantSize
from tests.api.conftest import fields_of
from tests.catalogue.test_pictures import photograph
from tests.factories import LINES_OF_NO_ORDER, StaffFactory, delivered_order

URL = "/api/v1/reviews/"
WORDS = {"stars": 5, "fit": "true", "title": "Soft", "text": "Sits well.", "display_name": "Ada"}


@pytest.fixture
def token(piece: VariantSize) -> str:
    return ReviewInvitation.objects.get(order_number=delivered_order((piece, 1)).number).token


@pytest.fixture
def shown(token: str, piece: VariantSize) -> Callable[..., Review]:
    """An approved review of the piece; the first is the invited one's."""
    staff = StaffFactory()
    staff.save()

    def write(**words: Any) -> Review:
        line = ReviewInvitation.objects.count() + LINES_OF_NO_ORDER
        reviews.invite("PR-1", [reviews.Delivered(line, piece.pk, "Black", words.pop("size", "M"))])
        of_line = ReviewInvitation.objects.get(order_line=line).token
        review = reviews.submit(of_line, reviews.Opinion(**{**WORDS, **words}), [], author="guest 1")
        return reviews.approve(review.pk, staff.pk)

    return write


def test_a_review_is_sent_once(api: APIClient, token: str) -> None:
    answer = api.post(URL, {"invitation": token, **WORDS})
    assert (answer.status_code, answer.json()["state"]) == (201, "pending")
    again = api.post(URL, {"invitation": token, **WORDS})
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
    assert Review.objects.count() == 1


def test_the_same_request_under_a_key_gets_the_same_answer(api: APIClient, token: str) -> None:
    sent = [api.post(URL, {"invitation": token, **WORDS}, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()
    assert Review.objects.count() == 1


def test_photos_come_as_a_form(api: APIClient, token: str) -> None:
    photo = SimpleUploadedFile("me.jpg", photograph(), "image/jpeg")
    answer = api.post(URL, {"invitation": token, **WORDS, "photos": [photo]}, format="multipart")
    assert answer.status_code == 201
    assert Image.objects.filter(review=answer.json()["id"]).count() == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"invitation": "x" * 32}, 404, "invitation"),
        ({"stars": 0}, 400, "stars"),
        ({"stars": 6}, 400, "stars"),
        ({"fit": "huge"}, 400, "fit"),
        ({"text": "x" * 10_240}, 400, "text"),
        ({"text": "nul\0"}, 400, "text"),
        ({"title": 7}, 400, "title"),
        ({"display_name": ""}, 400, "display_name"),
    ],
)
def test_what_cannot_be_taken_is_named(
    api: APIClient, token: str, change: dict[str, Any], status: int, field: str
) -> None:
    answer = api.post(URL, {"invitation": token, **WORDS, **change})
    assert (answer.status_code, fields_of(answer.json())) == (status, [field])
    assert not Review.objects.exists()


def test_an_svg_is_no_photo(api: APIClient, token: str) -> None:
    file = SimpleUploadedFile("me.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/jpeg")
    answer = api.post(URL, {"invitation": token, **WORDS, "photos": [file]}, format="multipart")
    assert (answer.status_code, fields_of(answer.json())) == (400, ["photos"])


def test_pages_are_followed_to_the_end_and_filtered(
    api: APIClient, piece: VariantSize, shown: Callable[..., Review]
) -> None:
    for number in range(23):
        shown(stars=4 if number % 2 else 5, title=f"Words {number}", size="L" if number == 9 else "M")
    address: str | None = f"/api/v1/products/{piece.variant.product.slug}/reviews/"
    seen: list[str] = []
    while address:
        page = api.get(address).json()
        seen += [row["title"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 23
    base = f"/api/v1/products/{piece.variant.product.slug}/reviews/"
    assert {row["stars"] for row in api.get(f"{base}?stars=4").json()["results"]} == {4}
    assert [row["title"] for row in api.get(f"{base}?size=L").json()["results"]] == ["Words 9"]
    assert api.get("/api/v1/products/none/reviews/").status_code == 404
    for wrong in ("stars=9", "cursor=zzz", "stars=x"):
        assert api.get(f"{base}?{wrong}").status_code == 400


def test_a_product_tells_its_rating_or_null(
    api: APIClient, piece: VariantSize, shown: Callable[..., Review], django_capture_on_commit_callbacks: Any
) -> None:
    url = f"/api/v1/products/{piece.variant.product.slug}/"
    assert api.get(url).json()["rating"] is None
    with django_capture_on_commit_callbacks(execute=True):
        shown(stars=5)
        shown(stars=4, fit="small")
    rating = {"average": 4.5, "count": 2, "fit": {"small": 1, "true": 1, "large": 0}}
    assert api.get(url).json()["rating"] == rating


def test_votes_are_counted_and_taken_back(api: APIClient, shown: Callable[..., Review]) -> None:
    url = f"{URL}{shown().pk}/votes/"
    first = api.post(url).json()
    assert (first["helpful"], first["voted"]) == (1, True)
    assert api.post(url, {"voter": first["voter"]}).json()["helpful"] == 0
    assert api.post(url, {"voter": "forged"}).json()["helpful"] == 1
    assert api.post(f"{URL}999999/votes/").status_code == 404

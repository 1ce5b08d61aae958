"""The form behind the link, the product's page, and the page of all reviews."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from catalog import images, reviews
from catalog.models import Image, Product, Review, ReviewInvitation
from tests.catalogue.test_pictures import photograph
from tests.factories import lagos
from tests.reviews.conftest import WORDS

pytestmark = pytest.mark.django_db

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ settings.SECRET_KEY }}'


def form_of(**changes: Any) -> dict[str, Any]:
    return {**WORDS, "stars": "4", **changes}


def file_of(content: bytes, name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def test_the_link_opens_a_form_that_is_nobody_elses(client: Client, invitation: ReviewInvitation) -> None:
    page = client.get(f"/reviews/{invitation.token}/")
    assert page.status_code == 200
    assert invitation.product.name in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert 'name="robots" content="noindex"' in page.text
    assert 'value="Ada O."' in page.text
    assert page.text.count('name="stars"') == 5
    assert page.text.count('name="fit"') == 3


def test_what_is_sent_waits_and_the_rest_of_the_parcel_is_offered(client: Client, invitation: ReviewInvitation) -> None:
    answer = client.post(f"/reviews/{invitation.token}/", form_of(), follow=True)
    assert "Thank you, Ada O." in answer.text
    assert "From the same parcel" in answer.text
    review = Review.objects.get()
    assert (review.stars, review.title, review.state) == (4, WORDS["title"], "pending")


def test_sent_twice_says_so_and_keeps_the_first(client: Client, invitation: ReviewInvitation) -> None:
    client.post(f"/reviews/{invitation.token}/", form_of())
    again = client.post(f"/reviews/{invitation.token}/", form_of(title="Another"))
    assert "You have reviewed this" in again.text
    assert Review.objects.get().title == WORDS["title"]


def test_a_wrong_link_is_like_no_link(client: Client, invitation: ReviewInvitation) -> None:
    unknown, close = client.get(f"/reviews/{'x' * 32}/"), client.get(f"/reviews/{invitation.token[:-1]}/")
    assert (unknown.status_code, close.status_code) == (404, 404)
    assert re.sub(r"[\w-]{31,}", "", unknown.text) == re.sub(r"[\w-]{31,}", "", close.text)
    assert client.post(f"/reviews/{'x' * 32}/", form_of()).status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stars": "0"}, "Choose one to five stars"),
        ({"stars": "6"}, "Choose one to five stars"),
        ({"fit": ""}, "Choose how it fits"),
        ({"title": ""}, "Write a few words"),
        ({"text": "x" * 10_240}, "at most 2000 characters (it has 10240)"),
        ({"text": "nul\0"}, "Null characters are not allowed"),
    ],
)
def test_a_form_that_is_wrong_says_what_and_keeps_what_was_written(
    client: Client, invitation: ReviewInvitation, change: dict[str, str], said: str
) -> None:
    answer = client.post(f"/reviews/{invitation.token}/", form_of(**change))
    assert answer.status_code == 400
    assert said in answer.text
    assert "Please look at this again" in answer.text
    assert f'value="{WORDS["display_name"]}"' in answer.text
    assert not Review.objects.exists()


def test_photos_go_through_the_shops_own_pipeline(
    client: Client,
    invitation: ReviewInvitation,
    staff: User,
    nudges: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    exif = photograph()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/reviews/{invitation.token}/", form_of(photos=[file_of(exif), file_of(photograph((600, 600)))]))
    photos = list(Image.objects.filter(review=Review.objects.get()))
    assert [photo.state for photo in photos] == ["queued", "queued"]
    assert len([task for task, _ in nudges if task == "catalog.tasks.process_image"]) == 2
    assert images.process(photos[0].pk)
    reviews.approve(Review.objects.get().pk, staff.pk)
    text = client.get(invitation.product.get_absolute_url()).text
    assert text.count("Photo by Ada O.") == 1


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"], "Photo 1: The file is no JPEG"),
        ([photograph((210, 210 + number)) for number in range(4)], "4 photos are too many"),
    ],
    ids=["svg", "a fourth"],
)
def test_files_that_are_no_photos_of_ours_are_refused(
    client: Client, invitation: ReviewInvitation, files: list[bytes], said: str
) -> None:
    answer = client.post(f"/reviews/{invitation.token}/", form_of(photos=[file_of(content) for content in files]))
    assert answer.status_code == 400
    assert said in answer.text
    assert not Review.objects.exists()
    assert not Image.objects.filter(review__isnull=False).exists()


def test_without_reviews_there_is_no_star(client: Client, product: Product, review_of: Callable[..., Review]) -> None:
    review_of(product, state="pending")
    review_of(product, state="rejected")
    text = client.get(product.get_absolute_url()).text
    assert "five-stars" not in text
    assert 'id="reviews"' not in text
    assert "AggregateRating" not in text
    assert client.get(f"{product.get_absolute_url()}reviews/").status_code == 404


def test_one_buyer_says_how_it_fits(client: Client, product: Product, review_of: Callable[..., Review]) -> None:
    review_of(product, fit="true")
    assert "1 of 1 says it is true to size" in client.get(product.get_absolute_url()).text


def test_the_products_page_shows_what_was_said(
    client: Client, product: Product, review_of: Callable[..., Review], staff: User
) -> None:
    for stars in (5, 5, 4, 5, 3, 5):
        review = review_of(product, stars=stars, fit="small" if stars == 3 else "true")
    reviews.reply(review.pk, "Thank you.", staff.pk)
    text = client.get(product.get_absolute_url()).text
    assert "4.5" in text
    assert "5 of 6 say it is true to size" in text
    assert text.count('<article class="review') == 5
    assert text.count("Verified purchase") == 5
    assert "Thank you." in text
    assert f'href="{product.get_absolute_url()}reviews/?stars=5"' in text
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert data
    group = json.loads(data[1])[0]
    assert group["aggregateRating"]["ratingValue"] == 4.5
    assert group["aggregateRating"]["reviewCount"] == 6
    assert len(group["review"]) == 5


def test_what_customers_and_staff_write_is_text_everywhere(
    client: Client, product: Product, review_of: Callable[..., Review], staff: User
) -> None:
    review = review_of(product, title=EVIL[:80], text=EVIL, display_name="<b>Ada</b>")
    reviews.reply(review.pk, EVIL, staff.pk)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    for address in (
        product.get_absolute_url(),
        f"{product.get_absolute_url()}reviews/",
        f"/admin/catalog/review/{review.pk}/change/",
        "/admin/catalog/review/",
        f"/reviews/{review.invitation.token}/",
    ):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>Ada" not in text


def test_reviews_are_filtered_and_paged_at_one_address_each(
    client: Client, product: Product, review_of: Callable[..., Review]
) -> None:
    for number in range(12):
        review_of(product, stars=5 if number else 2, size="L" if number == 3 else "M", title=f"Words {number}")
    address = f"{product.get_absolute_url()}reviews/"
    assert client.get(address).text.count('<article class="review') == 10
    assert client.get(f"{address}?page=2").text.count('<article class="review') == 2
    assert "Words 0<" in client.get(f"{address}?stars=2").text
    only = client.get(f"{address}?size=L").text
    assert only.count('<article class="review') == 1
    assert "Words 3<" in only


@pytest.mark.parametrize(
    "query", ["stars=9", "stars=x", "size=9XL", "page=3", "page=0", "page=" + "9" * 400, "size=%00"]
)
def test_an_unknown_question_leads_to_all_reviews(
    client: Client, product: Product, review_of: Callable[..., Review], query: str
) -> None:
    review_of(product)
    answer = client.get(f"{product.get_absolute_url()}reviews/?{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{product.get_absolute_url()}reviews/")


def test_the_pages_are_the_same_bytes_for_everybody_and_follow_a_decision(
    product: Product, review_of: Callable[..., Review], staff: User, django_capture_on_commit_callbacks: Any
) -> None:
    review = review_of(product)
    address = f"{product.get_absolute_url()}reviews/"
    member = Client()
    member.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    first = Client().get(address).text
    assert member.get(address).text == first
    assert "csrfmiddlewaretoken" not in first
    with django_capture_on_commit_callbacks(execute=True):
        reviews.reply(review.pk, "Thank you, Ada.", staff.pk)
    assert "Thank you, Ada." in Client().get(address).text
    with django_capture_on_commit_callbacks(execute=True):
        reviews.reject(review.pk, "Spam", staff.pk)
    assert Client().get(address).status_code == 404
    assert 'id="reviews"' not in Client().get(product.get_absolute_url()).text


def test_the_page_costs_no_more_for_many_reviews(
    client: Client,
    product: Product,
    review_of: Callable[..., Review],
    settings: Any,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(8):
        review_of(product)
    settings.CACHE_ENABLED = False
    lagos()
    with django_assert_max_num_queries(6):
        client.get(product.get_absolute_url())
    with django_assert_max_num_queries(6):
        client.get(f"{product.get_absolute_url()}reviews/")

"""The page of pictures: sent as a plain form, ordered by buttons, described, taken out, by those who may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.models import Image, Upload, Variant
from tests.admin.conftest import messages_of
from tests.admin.test_actions import do
from tests.catalogue.test_pictures import photograph, uploaded
from tests.factories import BundleFactory, VariantFactory

pytestmark = pytest.mark.django_db


def page_of(target: Any) -> str:
    return reverse(f"admin:catalog_{target._meta.model_name}_pictures", args=[target.pk])


@pytest.fixture
def variant() -> Variant:
    """With three pictures: a, b, c; a is the first choice."""
    found: Variant = VariantFactory()
    for position, alt in enumerate("abc", 1):
        Image.objects.create(variant=found, alt=alt, position=position, is_primary=alt == "a", original="x/y.jpeg")
    return found


def order(variant: Variant) -> str:
    return "".join(variant.images.order_by("position").values_list("alt", flat=True))


def number(variant: Variant, alt: str) -> int:
    return variant.images.get(alt=alt).pk


def press(desk: Client, target: Any, button: str, **fields: Any) -> Any:
    return desk.post(page_of(target), {"do": button, **fields}, follow=True)


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_the_page_opens_and_is_linked(desk: Client, variant: Variant) -> None:
    assert page_of(variant) in desk.get(reverse("admin:catalog_variant_change", args=[variant.pk])).text
    page = desk.get(page_of(variant)).text
    assert "multiple required" in page
    assert page.count('draggable="true"') == 3
    bundle = BundleFactory()
    assert "There are no pictures yet" in desk.get(page_of(bundle)).text


def test_several_files_in_a_plain_form(
    desk: Client, nudges: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    target = BundleFactory()
    files = [file("one.jpg", photograph()), file("no.jpg", b"no"), file("two.jpg", photograph((500, 500)))]
    with django_capture_on_commit_callbacks(execute=True):
        answer = press(desk, target, "upload", files=files, alt="One\nNothing\nTwo")
    assert "2 of 3 files are taken" in messages_of(answer)
    assert "no.jpg is not taken. The file is no JPEG" in messages_of(answer)
    kept = target.images.order_by("position")
    assert [(image.alt, image.is_primary) for image in kept] == [("One", True), ("Two", False)]
    assert nudges == [("catalog.tasks.process_image", (image.pk,)) for image in kept]
    assert Upload.objects.count() == 3


@pytest.mark.parametrize(
    ("files", "alt", "told"),
    [
        ([], "Front", "There is no file"),
        ([b"no"], "Front", "None of the files can be used. 0.jpg: The file is no JPEG"),
        ([photograph()], " \n ", "needs a text alternative"),
        ([photograph()] * 3, "One\nTwo", "2 text alternatives for 3 files"),
    ],
)
def test_half_a_form_is_refused(desk: Client, files: list[bytes], alt: str, told: str) -> None:
    target = BundleFactory()
    sent = [file(f"{place}.jpg", content) for place, content in enumerate(files)]
    assert told in messages_of(press(desk, target, "upload", files=sent, alt=alt))
    assert not Image.objects.exists()


def test_up_down_and_by_hand(desk: Client, variant: Variant) -> None:
    press(desk, variant, f"up:{number(variant, 'c')}")
    assert order(variant) == "acb"
    press(desk, variant, f"down:{number(variant, 'a')}")
    assert order(variant) == "cab"
    press(desk, variant, f"up:{number(variant, 'c')}")
    assert order(variant) == "cab", "further up there is nothing"
    press(desk, variant, "order", ids=",".join(str(number(variant, alt)) for alt in "bac"))
    assert order(variant) == "bac"


def test_an_order_of_somebody_else_s_pictures_is_refused(desk: Client, variant: Variant) -> None:
    other = uploaded(photograph())
    assert "changed meanwhile" in messages_of(press(desk, variant, "order", ids=f"{other.pk}"))
    twice = f"{number(variant, 'a')},{number(variant, 'a')}"
    assert "changed meanwhile" in messages_of(press(desk, variant, "order", ids=twice))
    assert order(variant) == "abc"


def test_first_choice_description_and_taking_out(desk: Client, variant: Variant) -> None:
    press(desk, variant, f"primary:{number(variant, 'c')}")
    assert variant.images.get(is_primary=True).alt == "c"
    b = number(variant, "b")
    press(desk, variant, f"describe:{b}", **{f"alt-{b}": "  The back,  from above "})
    assert variant.images.get(pk=b).alt == "The back, from above"
    assert "at most 200" in messages_of(press(desk, variant, f"describe:{b}", **{f"alt-{b}": " "}))
    press(desk, variant, f"remove:{b}")
    assert order(variant) == "ac"
    assert "no longer there" in messages_of(press(desk, variant, f"remove:{b}"))
    assert "not known" in messages_of(press(desk, variant, f"juggle:{b}"))


def test_a_failed_one_is_tried_again(desk: Client, variant: Variant) -> None:
    a = number(variant, "a")
    Image.objects.filter(pk=a).update(state="dead", error="Out of memory", attempts=5)
    assert "Out of memory" in desk.get(page_of(variant)).text
    press(desk, variant, f"retry:{a}")
    assert Image.objects.get(pk=a).state == "queued"


def test_each_button_needs_its_right(desk_of: Callable[..., Client], variant: Variant) -> None:
    assert desk_of("catalog.view_variant").get(page_of(variant)).status_code == 403
    looker = desk_of("catalog.view_variant", "catalog.view_image")
    page = looker.get(page_of(variant))
    assert page.status_code == 200
    assert 'type="file"' not in page.text
    for button in (f"up:{number(variant, 'b')}", f"remove:{number(variant, 'b')}", f"primary:{number(variant, 'b')}"):
        assert "does not allow" in messages_of(press(looker, variant, button))
    refused = press(looker, variant, "upload", files=[file("a.jpg", photograph())], alt="A")
    assert "does not allow" in messages_of(refused)
    changer = desk_of("catalog.view_image", "catalog.change_image", "catalog.view_variant")
    assert "does not allow" in messages_of(press(changer, variant, f"remove:{number(variant, 'b')}"))
    assert order(variant) == "abc"
    assert variant.images.get(is_primary=True).alt == "a"


def test_a_dead_letter_is_discarded_with_a_reason(desk: Client, variant: Variant) -> None:
    a = variant.images.get(alt="a")
    do(desk, "catalog_image_discard", a.pk, reason="")
    assert Image.objects.filter(pk=a.pk).exists(), "without a reason nothing is discarded"
    do(desk, "catalog_image_discard", a.pk, reason="Out of season")
    assert not Image.objects.filter(pk=a.pk).exists()
    assert "Out of season" in LogEntry.objects.get(object_id=str(a.pk)).change_message


def test_after_an_outage_all_that_it_killed_is_tried_again_at_once(desk: Client, variant: Variant) -> None:
    variant.images.exclude(alt="a").update(state="dead", attempts=5, original="ab/there.jpeg")
    variant.images.filter(alt="a").update(state="ready", width=1, height=1, renditions={"jpeg": {}})
    chosen = list(variant.images.values_list("pk", flat=True))
    fields = {"action": "try_all_again", "_selected_action": [str(pk) for pk in chosen]}
    answer = desk.post(reverse("admin:catalog_image_changelist"), fields, follow=True).text
    assert f"{len(chosen) - 1} are in the queue again." in answer
    assert set(variant.images.exclude(alt="a").values_list("state", "attempts")) == {("queued", 0)}
    assert variant.images.get(alt="a").state == "ready"
    assert (
        "None of these was given up." in desk.post(reverse("admin:catalog_image_changelist"), fields, follow=True).text
    )

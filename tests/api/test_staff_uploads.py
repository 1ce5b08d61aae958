"""Pictures over the staff API: answered at once, followed file by file, by those who may."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from catalog import images, uploads
from catalog.models import Image, Upload, UploadBatch, Variant
from tests.catalogue.test_pictures import photograph
from tests.factories import BundleFactory, UserFactory, VariantFactory

pytestmark = pytest.mark.django_db
UPLOADS = "/api/v1/staff/uploads/"


def staff(*permissions: str) -> APIClient:
    person = UserFactory(is_staff=True)
    person.save()
    for name in permissions:
        person.user_permissions.add(Permission.objects.get(content_type__app_label="catalog", codename=name))
    client = APIClient()
    client.force_authenticate(User.objects.get(pk=person.pk))
    return client


@pytest.fixture
def editor() -> APIClient:
    return staff("add_image")


@pytest.fixture
def variant() -> Variant:
    found: Variant = VariantFactory()
    return found


def file(name: str = "front.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photograph() if content is None else content, content_type="image/jpeg")


def send(client: APIClient, files: list[SimpleUploadedFile], **fields: Any) -> Any:
    return client.post(UPLOADS, {"files": files, "alt": "From the front", **fields}, format="multipart")


def test_five_photographs_are_taken_in_and_can_be_followed(
    editor: APIClient, variant: Variant, nudges: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    photographs = [file(f"{number}.jpg", photograph((800 + number, 1000))) for number in range(5)]
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(editor, photographs, variant=variant.sku, alt=[f"Side {number}" for number in range(5)])
    assert answer.status_code == 202
    body = answer.json()
    assert answer["Location"] == f"{UPLOADS}{body['id']}/"
    assert (body["done"], body["ready"], body["total"]) == (False, 0, 5)
    assert [(one["name"], one["state"]) for one in body["files"]] == [(f"{n}.jpg", "queued") for n in range(5)]
    assert nudges == [("catalog.tasks.process_image", (one["image_id"],)) for one in body["files"]]

    for _, (image_id,) in nudges[:2]:
        images.process(image_id)
    body = editor.get(answer["Location"]).json()
    assert (body["done"], body["ready"]) == (False, 2)
    assert [one["state"] for one in body["files"]] == ["ready", "ready", "queued", "queued", "queued"]
    assert body["files"][0]["image"]["sources"]["avif"]["360"].startswith("/media/pictures/")
    assert body["files"][2]["image"] is None

    kept = list(Image.objects.order_by("position"))
    assert [image.alt for image in kept] == [f"Side {number}" for number in range(5)]
    assert [image.is_primary for image in kept] == [True, False, False, False, False]
    assert {image.variant for image in kept} == {variant}


def test_more_pictures_come_after_those_that_are_there(editor: APIClient, variant: Variant) -> None:
    send(editor, [file()], variant=variant.sku)
    send(editor, [file(content=photograph((500, 500)))], variant=variant.sku)
    assert list(variant.images.order_by("position").values_list("position", "is_primary")) == [(1, True), (2, False)]


def test_a_bundle_has_pictures_too(editor: APIClient) -> None:
    bundle = BundleFactory()
    assert send(editor, [file()], bundle=bundle.slug).status_code == 202
    assert bundle.images.count() == 1


def test_a_wrong_file_is_named_and_the_others_go_on(editor: APIClient, variant: Variant) -> None:
    wrong = [file("empty.jpg", b""), file("script.svg", b"<svg><script/></svg>"), file("good.jpg")]
    answer = send(editor, wrong, variant=variant.sku)
    assert answer.status_code == 202
    empty, script, good = answer.json()["files"]
    assert (empty["state"], empty["reason"]) == ("refused", "The file is empty. Save it again and upload that.")
    assert (script["name"], script["state"]) == ("script.svg", "refused")
    assert "is no JPEG, PNG, WebP or AVIF" in script["reason"]
    assert not script["can_retry"]
    assert (good["state"], good["reason"]) == ("queued", "")
    assert variant.images.count() == 1


def test_nothing_usable_is_refused_whole(editor: APIClient, variant: Variant) -> None:
    answer = send(editor, [file("a.jpg", b"GIF89a"), file("b.jpg", b"")], variant=variant.sku)
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] == "no_usable_file"
    assert [one["name"] for one in problem["details"]["files"]] == ["a.jpg", "b.jpg"]
    assert not UploadBatch.objects.exists()
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("files", "fields", "field"),
    [
        (1, {"variant": "no-such-sku"}, "variant"),
        (1, {"bundle": "no-such-bundle"}, "bundle"),
        (1, {}, "variant"),
        (1, {"both": True}, "variant"),
        (0, {"sku": True}, "files"),
        (40, {"sku": True}, "files"),
        (1, {"sku": True, "alt": ""}, "alt"),
        (1, {"sku": True, "alt": "x" * 201}, "alt"),
        (3, {"sku": True, "alt": ["one", "two"]}, "alt"),
        (1, {"sku": True, "replaces": 999}, "replaces"),
        (1, {"sku": True, "replaces": "first"}, "replaces"),
    ],
    ids=[
        *("no variant", "no bundle", "neither", "both", "no file", "40 files", "no alt", "long alt", "alts missing"),
        *("replaces nothing", "replaces a word"),
    ],
)
def test_half_a_request_is_refused_with_its_field(
    editor: APIClient, variant: Variant, files: int, fields: dict[str, Any], field: str
) -> None:
    fields = dict(fields)
    if fields.pop("both", False):
        fields |= {"variant": variant.sku, "bundle": BundleFactory().slug}
    if fields.pop("sku", False):
        fields["variant"] = variant.sku
    answer = send(editor, [file(f"{n}.jpg") for n in range(files)], **fields)
    assert answer.status_code == 400, answer.content
    assert [error["field"].split(".")[0] for error in answer.json()["errors"]] == [field]
    assert not Image.objects.exists()
    assert not UploadBatch.objects.exists()


def test_a_name_is_never_a_path(editor: APIClient, variant: Variant) -> None:
    names = ["../../etc/passwd.jpg", "..\\..\\boot.jpg", "a\x1b[31m\u202eb.jpg", "x" * 300 + ".jpg"]
    answer = send(editor, [file(name) for name in names], variant=variant.sku)
    shown = [one["name"] for one in answer.json()["files"]]
    assert shown[0] == "passwd.jpg"
    assert not any("/" in name or "\\" in name or "\x1b" in name or "\u202e" in name for name in shown)
    assert all(len(name) <= 120 for name in shown)
    assert {image.original.split("/")[1][:64] for image in Image.objects.all()} == {
        Image.objects.all()[0].original[3:67]
    }


def test_too_much_at_once_is_refused_before_it_is_read(editor: APIClient, variant: Variant) -> None:
    answer = editor.generic(
        "POST",
        UPLOADS,
        b"--x--",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(uploads.REQUEST_BYTES_MAX + 1),
    )
    assert answer.status_code == 413
    assert answer.json()["code"] == "request_too_large"


@pytest.mark.parametrize("content_type", ["application/json", "image/jpeg"])
def test_another_kind_of_body_is_refused(editor: APIClient, content_type: str) -> None:
    assert editor.generic("POST", UPLOADS, b"{}", content_type=content_type).status_code == 415


def test_who_may(variant: Variant) -> None:
    assert send(APIClient(), [file()], variant=variant.sku).status_code == 401
    assert send(staff("view_image"), [file()], variant=variant.sku).status_code == 403
    customer = UserFactory()
    customer.save()
    customer.user_permissions.add(Permission.objects.get(codename="add_image"))
    client = APIClient()
    client.force_authenticate(User.objects.get(pk=customer.pk))
    assert send(client, [file()], variant=variant.sku).status_code == 403, "the right without being staff"
    assert not UploadBatch.objects.exists()


def test_somebody_else_s_upload_is_not_there(editor: APIClient, variant: Variant) -> None:
    address = send(editor, [file()], variant=variant.sku)["Location"]
    other = staff("add_image")
    upload = Upload.objects.get()
    unknown = f"{UPLOADS}{uuid.uuid4()}/"
    assert other.get(address).status_code == other.get(unknown).status_code == 404
    assert other.get(address).json()["detail"] == other.get(unknown).json()["detail"]
    assert other.post(f"{address}files/{upload.pk}/retry/").status_code == 404


def test_what_failed_is_tried_again_on_request(
    editor: APIClient, variant: Variant, nudges: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    address = send(editor, [file(content=photograph()[:4000]), file("no.jpg", b"no")], variant=variant.sku)["Location"]
    image = Image.objects.get()
    retry = f"{address}files/{Upload.objects.get(image=image).pk}/retry/"
    assert editor.post(retry).status_code == 409, "it has not failed yet"
    images.process(image.pk)
    failed = editor.get(address).json()["files"][0]
    assert (failed["state"], failed["can_retry"]) == ("failed", True)
    assert failed["reason"] == "The picture is damaged: it ends too early. Upload it again."
    with django_capture_on_commit_callbacks(execute=True):
        answer = editor.post(retry)
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert nudges[-1] == ("catalog.tasks.process_image", (image.pk,))
    refused = Upload.objects.get(image=None)
    assert editor.post(f"{address}files/{refused.pk}/retry/").status_code == 404
    assert editor.post(f"{address}files/999999/retry/").status_code == 404


def test_a_picture_is_replaced_when_the_new_one_is_ready(editor: APIClient, variant: Variant) -> None:
    send(editor, [file()], variant=variant.sku)
    old = Image.objects.get()
    images.process(old.pk)
    new = send(editor, [file(content=photograph((900, 900)))], variant=variant.sku, replaces=old.pk).json()["files"][0]
    assert Image.objects.filter(pk=old.pk, state="ready").exists()
    images.process(new["image_id"])
    assert list(variant.images.values_list("pk", "position", "is_primary")) == [(new["image_id"], 1, True)]


def test_discarded_with_a_reason(editor: APIClient, variant: Variant) -> None:
    address = send(editor, [file()], variant=variant.sku)["Location"]
    images.discard(Image.objects.get().pk, "the wrong season")
    told = editor.get(address).json()["files"][0]
    assert (told["state"], told["reason"]) == ("discarded", "Discarded: the wrong season")
    assert editor.get(address).json()["done"]

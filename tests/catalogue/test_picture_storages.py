"""From an upload to the page with the pictures at Cloudinary or in a bucket: the setting is all that differs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.test import Client

from catalog import images, loose_files
from catalog.models import Image, LooseFile
from catalog.models.work import Work
from devtools.sandbox.process import Sandbox
from tests.bucket import Buckets, buckets
from tests.catalogue.test_pictures import photograph
from tests.factories import VariantSizeFactory

pytestmark = pytest.mark.django_db
FORMATS = {"avif": b"ftypavif", "webp": b"WEBP", "jpeg": b"JFIF"}


@pytest.fixture
def cloudinary(sandbox: Sandbox, settings: Any) -> None:
    host = sandbox.url.removeprefix("http://")
    settings.CLOUDINARY_URL = f"cloudinary://demo-key:demo-secret@prechi-demo?upload_prefix={sandbox.url}/cloudinary&cname={host}/cloudinary/res"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": settings.MEDIA_STORAGES["cloudinary"]}}


@pytest.fixture
def there() -> Iterator[Buckets]:
    with buckets() as running:
        yield running


@pytest.fixture
def s3(there: Buckets, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    settings.AWS_S3_ENDPOINT_URL = there.url
    settings.AWS_S3_REGION_NAME = "af-south-1"
    settings.AWS_S3_CUSTOM_DOMAIN = f"{there.url.removeprefix('http://')}/pictures-bucket"
    settings.AWS_S3_URL_PROTOCOL = "http:"
    backend = settings.MEDIA_STORAGES["s3"]
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": backend, "OPTIONS": {"bucket_name": "pictures-bucket"}},
        "originals": {
            "BACKEND": backend,
            "OPTIONS": {"bucket_name": "originals-bucket", "custom_domain": None, "querystring_auth": True},
        },
    }


def made() -> Image:
    size = VariantSizeFactory(variant__product__slug="brief")
    image = Image.objects.create(variant=size.variant, alt="Front", original=images.store_original(photograph()))
    assert images.process(image.pk), Image.objects.get(pk=image.pk).error
    image.refresh_from_db()
    return image


@pytest.fixture(params=["cloudinary", "s3"])
def house(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue(request.param)
    return str(request.param)


def test_the_page_shows_what_is_handed_out_from_there(house: str, client: Client) -> None:
    image = made()
    page = client.get("/products/brief/").content.decode()
    for kind, mark in FORMATS.items():
        assert len(image.renditions[kind]) == 3
        for name in image.renditions[kind].values():
            address = default_storage.url(name)
            assert address in page
            answer = requests.get(address, timeout=5)
            assert answer.status_code == 200
            assert mark in answer.content[:40]


def test_what_is_deleted_goes_from_there(house: str) -> None:
    image = made()
    names = [name for kinds in image.renditions.values() for name in kinds.values()]
    assert all(default_storage.exists(name) for name in names)
    original = image.original
    image.delete()
    LooseFile.objects.update(since=Now() - timedelta(hours=25))
    assert loose_files.sweep() >= len(names) + 1
    assert not any(default_storage.exists(name) for name in names)
    assert not images.originals().exists(original)


def test_a_file_that_is_gone_there_is_told_so(house: str) -> None:
    image = made()
    images.originals().delete(image.original)
    Image.objects.filter(pk=image.pk).update(state=Work.State.QUEUED, attempts=0)
    assert not images.process(image.pk)
    image.refresh_from_db()
    assert (image.state, image.error) == (Work.State.FAILED, "The file itself is gone. Upload it again.")


def test_originals_lie_in_a_bucket_of_their_own_behind_signatures(s3: None, there: Buckets) -> None:
    image = made()
    assert there.names("originals-bucket") == [image.original]
    assert len(there.names("pictures-bucket")) == 9
    assert not there.unsigned
    assert "X-Amz-Signature" in images.originals().url(image.original)
    for path, stored in there.objects.items():
        if path.startswith("/pictures-bucket/"):
            assert "immutable" in stored.headers["Cache-Control"]
            assert stored.headers["Content-Type"].startswith("image/")


def test_an_address_in_the_bucket_is_built_without_a_call(s3: None, there: Buckets) -> None:
    there.objects.clear()
    assert default_storage.url("pictures/ab/abc-360.avif") == f"{there.url}/pictures-bucket/pictures/ab/abc-360.avif"


def test_a_house_that_is_away_is_tried_again_later(s3: None, there: Buckets) -> None:
    size = VariantSizeFactory()
    image = Image.objects.create(variant=size.variant, alt="Front", original=images.store_original(photograph()))
    there.is_away = True
    assert not images.process(image.pk)
    image.refresh_from_db()
    assert (image.state, image.attempts) == (Work.State.QUEUED, 1)
    assert "503" in image.error
    there.is_away = False
    Image.objects.update(next_attempt_at=None)
    assert images.process(image.pk)

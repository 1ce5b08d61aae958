"""Pictures at Cloudinary: the same pipeline, stored through the real SDK, handed out from there."""

from typing import Any

import pytest
import requests
from django.core.files.base import ContentFile

from catalog.image_storage import CloudinaryStorage
from devtools.sandbox.process import Sandbox

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


@pytest.fixture
def storage(sandbox: Sandbox, settings: Any) -> CloudinaryStorage:
    host = sandbox.url.removeprefix("http://")
    settings.CLOUDINARY_URL = f"cloudinary://demo-key:demo-secret@prechi-demo?upload_prefix={sandbox.url}/cloudinary&cname={host}/cloudinary/res"
    return CloudinaryStorage()


def test_what_is_stored_is_handed_out_and_goes_when_it_is_deleted(storage: CloudinaryStorage) -> None:
    name = storage.save("pictures/ab/abc-360.png", ContentFile(PNG))
    assert requests.get(storage.url(name), timeout=5).content == PNG
    assert storage.exists(name)
    with storage.open(name) as file:
        assert file.read() == PNG
    storage.delete(name)
    assert not storage.exists(name)


def test_an_address_is_built_without_a_call(storage: CloudinaryStorage) -> None:
    url = storage.url("pictures/ab/abc-360.avif")
    assert url.endswith("/image/upload/pictures/ab/abc-360-avif.avif")

"""What people and attackers send as pictures: refused with the reason, or rendered without its sting."""

import base64
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from PIL import ImageCms

from catalog import images, profiles, social_drawing
from catalog.models import Image
from tests.factories import VariantFactory

pytestmark = pytest.mark.django_db


def encoded(picture: Pillow.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def plain(colour: Any = "#C04020", mode: str = "RGB", size: tuple[int, int] = (400, 500)) -> Pillow.Image:
    return Pillow.new(mode, size, colour)


def rendered(content: bytes) -> Image:
    image = Image.objects.create(variant=VariantFactory(), alt="Front", original=images.store_original(content))
    assert images.process(image.pk), Image.objects.get(pk=image.pk).error
    image.refresh_from_db()
    return image


def middle_of(image: Image, kind: str = "jpeg") -> tuple[int, int, int]:
    with default_storage.open(image.renditions[kind]["360"]) as file, Pillow.open(file) as picture:
        found = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(found, tuple)
    return found  # type: ignore[return-value]


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def bomb() -> bytes:
    """A PNG of a few hundred bytes whose header speaks of 30,000 x 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def animation(kind: str) -> bytes:
    frames = [plain(colour) for colour in ("red", "green")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "is no JPEG"),
        (b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>", "is no JPEG"),
        (b"%PDF-1.7\n" + b"0" * 500, "is no JPEG"),
        (encoded(plain(), "GIF"), "is no JPEG"),
        (encoded(plain(), "TIFF"), "is no JPEG"),
        (encoded(plain(), "BMP"), "is no JPEG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "is no JPEG"),
        (b"\xff\xd8\xff\xe0" + b"not a picture" * 50, "is no JPEG"),
        (b"", "empty"),
        (bomb(), "too many pixels"),
        (encoded(plain(size=(10_000, 10_000)), "JPEG"), "too many pixels"),
        (animation("WEBP"), "animation"),
        (animation("PNG"), "animation"),
        (b"\xff\xd8" + b"\0" * (16 * 1024 * 1024), "larger than 15 MB"),
    ],
    ids=[
        *("svg", "xml entity", "pdf", "gif", "tiff", "bmp", "postscript", "noise", "empty", "bomb", "100 megapixels"),
        *("animated webp", "animated png", "16 MB"),
    ],
)
def test_refused_by_content_and_nothing_is_kept(content: bytes, reason: str, settings: Any) -> None:
    with pytest.raises(images.NotAPicture, match=reason):
        images.store_original(content)
    assert not list(Path(settings.ORIGINALS_ROOT).rglob("*.*"))


def test_a_file_that_is_two_things_leaves_its_other_half_behind() -> None:
    sting = b"<script>alert(1)</script>PK\x03\x04"
    image = rendered(encoded(plain(), "JPEG", comment=sting) + sting)
    for names in image.renditions.values():
        for name in names.values():
            with default_storage.open(name) as file:
                assert b"script" not in file.read()


def test_every_kind_of_metadata_stays_with_the_original() -> None:
    exif = Pillow.Exif()
    exif[0x010E] = "SECRET description"
    exif.get_ifd(0x8825)[2] = (6.0, 27.0, 14.0)
    xmp = b"<x:xmpmeta>SECRET place</x:xmpmeta>"
    image = rendered(encoded(plain(), "JPEG", exif=exif, xmp=xmp, comment=b"SECRET comment"))
    for names in image.renditions.values():
        for name in names.values():
            with default_storage.open(name) as file:
                content = file.read()
            assert b"SECRET" not in content
            with Pillow.open(io.BytesIO(content)) as picture:
                assert not picture.getexif().get_ifd(0x8825)
                assert not {"xmp", "comment", "icc_profile"} & set(picture.info)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright_whichever_way_the_camera_was_held(orientation: int) -> None:
    upright = plain("#2040C0", size=(1600, 2000))
    upright.paste("#E0B020", (0, 0, 1600, 600))
    undo = {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_90,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_270,
    }
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    held = upright.transpose(undo[orientation]) if orientation > 1 else upright
    image = rendered(encoded(held, "JPEG", exif=exif, quality=95))
    assert (image.width, image.height) == (1600, 2000)
    assert list(image.renditions["jpeg"]) == ["360", "540", "720", "1080"]
    with default_storage.open(image.renditions["jpeg"]["1080"]) as file, Pillow.open(file) as picture:
        assert picture.size == (1080, 1350)
        assert near(picture.convert("RGB").getpixel((500, 100)), (224, 176, 32))  # type: ignore[arg-type]
        assert near(picture.convert("RGB").getpixel((500, 1200)), (32, 64, 192))  # type: ignore[arg-type]


def test_colours_of_other_kinds_are_seen_as_they_were_meant() -> None:
    assert near(middle_of(rendered(encoded(plain((0, 255, 255, 0), "CMYK"), "JPEG"))), (255, 0, 0))
    assert near(middle_of(rendered(encoded(plain(30_000, "I;16"), "PNG"))), (117, 117, 117))
    assert near(middle_of(rendered(encoded(plain(130, "L"), "JPEG"))), (130, 130, 130))
    assert near(middle_of(rendered(encoded(plain("#C04020").quantize(8), "PNG"))), (192, 64, 32))
    assert near(middle_of(rendered(encoded(plain((0, 0, 0, 0), "RGBA"), "PNG"))), (241, 236, 226))


def swapped(filler: int = 0) -> bytes:
    """A profile whose red is blue: only who looks by it sees blue. As long as one likes."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = srgb.replace(b"rXYZ", b"----", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"----", b"bXYZ", 1)
    profile += b"\0" * filler
    return len(profile).to_bytes(4, "big") + profile[4:]


def seen_blue(content: bytes) -> bool:
    """As a browser shows it: by the profile that it brings, or else as sRGB."""
    with Pillow.open(io.BytesIO(content)) as opened:
        picture = profiles.to_srgb(opened.convert("RGB"), opened.info.get("icc_profile") or b"")
    red, green, blue = picture.getpixel((picture.width // 2, picture.height // 2))  # type: ignore[misc]
    return bool(blue > 180 and blue > red + 100 and green < 100)


@pytest.mark.parametrize(("profile", "travels"), [(swapped(), True), (swapped(4000), False)], ids=["small", "large"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_are_those_of_the_profile_in_every_format(profile: bytes, travels: bool, mode: str) -> None:
    """A small one is kept, as telephones and cameras write it; by a large one the colours are turned into sRGB."""
    image = rendered(encoded(plain("#FF0000", mode), "PNG", icc_profile=profile))
    for names in image.renditions.values():
        with default_storage.open(names["360"]) as file:
            content = file.read()
        assert seen_blue(content)
        with Pillow.open(io.BytesIO(content)) as picture:
            kept = picture.info.get("icc_profile")
        assert kept == (profile if travels and mode == "RGB" else None)
    assert seen_blue(base64.b64decode(image.placeholder.partition(",")[2])), "it brings no profile of its own"


def test_a_picture_of_a_shared_link_has_the_colours_of_the_profile() -> None:
    card = social_drawing.draw(encoded(plain("#FF0000"), "JPEG", icc_profile=swapped()), "Brief")
    with Pillow.open(io.BytesIO(card)) as picture:
        red, _, blue = picture.getpixel((picture.width - 50, picture.height // 2))  # type: ignore[misc]
    assert blue > red + 100


def test_a_broken_profile_is_ignored_as_browsers_do() -> None:
    assert near(middle_of(rendered(encoded(plain("#204060"), "JPEG", icc_profile=b"no profile"))), (32, 64, 96))


def test_a_telephone_s_jpeg_with_a_second_picture_inside_is_a_picture() -> None:
    file = io.BytesIO()
    plain().save(file, "MPO", save_all=True, append_images=[plain("blue")])
    image = rendered(file.getvalue())
    assert image.original.endswith(".jpeg")
    assert near(middle_of(image), (192, 64, 32))


def test_a_panorama_and_a_ribbon_are_rendered() -> None:
    assert rendered(encoded(plain(size=(4000, 220)), "JPEG")).height == 220
    ribbon = rendered(encoded(plain(size=(220, 4000)), "JPEG"))
    assert list(ribbon.renditions["webp"]) == ["220"]
    assert len(ribbon.placeholder) < 600

"""Colour profiles: a small one travels with a picture, by a large one its colours are turned into sRGB."""

import io

from PIL import Image as Pillow
from PIL import ImageCms

# What telephones and cameras write (Display P3, Adobe RGB) is half a kilobyte. Each rendition carries it.
BYTES_MAX = 1024
MODES = ("RGB", "RGBA", "CMYK", "L")


def kept(picture: Pillow.Image, profile: bytes) -> bytes:
    """`profile`, if it is right for `picture` and small enough to go with it; else nothing."""
    if picture.mode != "RGB" or len(profile) > BYTES_MAX:
        return b""
    read = _read(profile)
    return profile if read and read.profile.xcolor_space.strip() == "RGB" else b""


def to_srgb(picture: Pillow.Image, profile: bytes) -> Pillow.Image:
    """The same colours without a profile. A broken one is ignored, as browsers do."""
    source = _read(profile) if picture.mode in MODES else None
    if source is None:
        return picture
    mode = "RGB" if picture.mode != "RGBA" else "RGBA"
    try:
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return converted or picture


def _read(profile: bytes) -> ImageCms.ImageCmsProfile | None:
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else None
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None

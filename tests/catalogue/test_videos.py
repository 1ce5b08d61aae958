"""Films: checked by content, copied without a word about their origin, shown with a poster when they are ready."""

import io
from pathlib import Path
from typing import Any

import av
import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from PIL import Image as Pillow

from catalog import filming, images, loose_files, videos
from catalog.filming import NotAVideo
from catalog.models import LooseFile, Video
from core.errors import ShopError
from tests.admin.conftest import desk as desk
from tests.admin.conftest import owner as owner
from tests.admin.test_actions import SUBMITTED
from tests.catalogue.test_loose_files import a_day_later
from tests.catalogue.test_pictures import photograph
from tests.factories import VariantFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


def made(
    kind: str = "mp4",
    codec: str = "libx264",
    size: tuple[int, int] = (360, 640),
    frames: int = 20,
    rate: int = 10,
    **words: str,
) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as target:
        target.metadata.update(words)
        stream = target.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            frame = av.VideoFrame.from_image(Pillow.new("RGB", size, (200, 40 + number % 100, 40)))
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()


def queued(content: bytes, **values: Any) -> Video:
    row: Video = Video.objects.create(
        variant=VariantFactory(), title="How it moves", original=videos.store_original(content), **values
    )
    return row


def ready(content: bytes, **values: Any) -> Video:
    row = queued(content, **values)
    assert videos.process(row.pk), Video.objects.get(pk=row.pk).error
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(("kind", "codec"), [("mp4", "libx264"), ("webm", "libvpx-vp9")])
def test_a_film_becomes_ready_with_poster_and_length(kind: str, codec: str) -> None:
    film = ready(made(kind, codec))
    assert (film.state, film.media_type, film.duration_ms) == ("ready", f"video/{kind}", 2000)
    assert (film.width, film.height) == (360, 640)
    assert set(film.renditions) == {"avif", "webp", "jpeg"}
    with default_storage.open(film.file) as file, av.open(file, format=kind) as shown:
        assert sum(1 for _ in shown.decode(video=0)) == 20
    assert not videos.process(film.pk), "harmless twice"


def test_where_it_was_made_stays_with_the_original() -> None:
    content = made(location="+06.4541+003.3947/", title="SECRET", comment="SECRET")
    assert b"SECRET" in content
    with default_storage.open(ready(content).file) as file:
        copied = file.read()
    assert b"SECRET" not in copied
    assert b"06.4541" not in copied


def test_a_poster_of_one_s_own() -> None:
    film = ready(made(), poster_original=images.store_original(photograph((800, 1000))))
    assert (film.width, film.height) == (800, 1000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\nhttp://169.254.169.254/\n", "no MP4 or WebM"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "no MP4 or WebM"),
        (photograph(), "no MP4 or WebM"),
        (b"RIFF\0\0\0\0AVI LIST", "no MP4 or WebM"),
        (b"\0\0\0\x20ftyp" + b"\0" * (filming.BYTES_MAX + 1), "larger than 50 MB"),
    ],
    ids=["empty", "playlist", "concat", "photograph", "avi", "too large"],
)
def test_what_is_no_film_is_refused_at_once(content: bytes, reason: str, settings: Any) -> None:
    with pytest.raises(NotAVideo, match=reason):
        videos.store_original(content)
    assert not list(Path(settings.ORIGINALS_ROOT).rglob("*.*"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\0\0\0\x20ftypisom" + b"noise" * 500, "damaged"),
        (b"\x1aE\xdf\xa3" + b"noise" * 500, "damaged"),
        (made()[:1500], "damaged"),
        (made(frames=62 * 2, rate=2), "longer than 60 seconds"),
        (made(size=(2048, 1152), frames=2), "larger than 1920 x 1080"),
        (made(size=(120, 160)), "smaller than 200"),
        (made(codec="mpeg4"), "do not play mpeg4"),
    ],
    ids=["noise", "webm noise", "cut off", "two minutes", "4K", "tiny", "old codec"],
)
def test_what_cannot_be_shown_fails_with_its_reason(content: bytes, reason: str) -> None:
    film = queued(content)
    assert not videos.process(film.pk)
    film.refresh_from_db()
    assert film.state == "failed"
    assert reason in film.error
    assert not film.file


@pytest.mark.parametrize(
    "url",
    [
        "http://www.youtube.com/watch?v=x",
        "https://youtube.com.evil.test/watch",
        "https://user@youtube.com/x",
        "https://youtube.com:8443/x",
        "https://evil.test/https://youtube.com/",
        "javascript:alert(1)//youtube.com/x",
        "https://youtu.be",
        "//youtube.com/x",
        "",
    ],
)
def test_only_known_hosts_are_linked(url: str) -> None:
    with pytest.raises(ShopError):
        videos.checked_link(url)


def test_a_link_is_checked() -> None:
    assert videos.checked_link(" https://youtu.be/abc ") == "https://youtu.be/abc"


def page_with(film: Video, client: Client) -> str:
    size = VariantSizeFactory(variant=film.variant, on_hand=3)
    return client.get(size.variant.product.get_absolute_url()).text


def test_the_page_shows_it_and_nothing_before_it_is_ready(client: Client) -> None:
    waiting = queued(made())
    assert "<video" not in page_with(waiting, client)
    film = ready(made("webm", "libvpx-vp9"), position=1)
    page = page_with(film, client)
    assert 'controls preload="none"' in page
    assert f'src="{escape(default_storage.url(film.file))}" type="video/webm"' in page
    assert 'aria-label="How it moves"' in page
    assert "How it moves, 2 s" in page


def test_a_link_is_a_picture_that_leads_there(client: Client) -> None:
    film: Video = Video.objects.create(
        variant=VariantFactory(),
        title="At the beach",
        url="https://www.youtube.com/watch?v=abc&t=1",
        original=images.store_original(photograph()),
    )
    assert videos.process(film.pk)
    page = page_with(film, client)
    assert 'href="https://www.youtube.com/watch?v=abc&amp;t=1"' in page
    assert "Watch: At the beach (youtube.com)" in page
    assert "<iframe" not in page
    assert "<video" not in page


def test_the_api_tells_of_it(client: Client) -> None:
    film = ready(made())
    size = VariantSizeFactory(variant=film.variant, on_hand=3)
    [told] = client.get(f"/api/v1/products/{size.variant.product.slug}/").json()["variants"][0]["videos"]
    assert (told["title"], told["seconds"], told["media_type"]) == ("How it moves", 2, "video/mp4")
    assert told["poster"]["sources"]["jpeg"]["360"] == told["poster_url"]


def test_its_files_go_with_it(settings: Any) -> None:
    film = ready(made())
    a_day_later()
    assert default_storage.exists(film.file)
    assert not LooseFile.objects.exists()
    film.delete()
    a_day_later()
    left = [path for root in (default_storage.location, settings.ORIGINALS_ROOT) for path in Path(root).rglob("*.*")]
    assert left == []
    assert loose_files.sweep() == 0


def test_staff_upload_one(desk: Client, nudges: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    form = {"variant": VariantFactory().pk, "title": "How it moves", "position": 0, "url": ""}
    add = reverse("admin:catalog_video_add")
    film = SimpleUploadedFile("film.mp4", made(), content_type="video/mp4")
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(add, {**form, "film": film}).status_code == 302
    row = Video.objects.get()
    assert ("catalog.tasks.process_video", (row.pk,)) in nudges
    assert videos.process(row.pk)
    assert desk.get(reverse("admin:catalog_video_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "film"),
        ({"film": b"no film"}, "film"),
        ({"url": "https://youtu.be/a"}, "poster"),
        ({"url": "https://evil.test/a", "poster": photograph()}, "url"),
        ({"url": "https://youtu.be/a", "poster": b"<svg>"}, "poster"),
        ({"film": b"x", "url": "https://youtu.be/a"}, "film"),
    ],
    ids=["nothing", "no film", "no poster", "another host", "poster is none", "both"],
)
def test_half_a_form_is_refused(desk: Client, fields: dict[str, Any], field: str) -> None:
    sent = {n: SimpleUploadedFile(n, v) if isinstance(v, bytes) else v for n, v in fields.items()}
    form = {"variant": VariantFactory().pk, "title": "How it moves", "position": 0, **sent}
    answer = desk.post(reverse("admin:catalog_video_add"), form)
    assert field in answer.context["adminform"].form.errors
    assert not Video.objects.exists()


def test_a_dead_letter_is_discarded_with_a_reason(desk: Client, settings: Any) -> None:
    given_up = queued(b"\0\0\0\x18ftypmp42" + b"\0" * 64)
    assert not videos.process(given_up.pk)
    address = reverse("admin:catalog_video_discard", args=[given_up.pk])
    desk.post(address, {**SUBMITTED, "reason": ""})
    assert Video.objects.filter(pk=given_up.pk).exists(), "without a reason nothing is discarded"
    desk.post(address, {**SUBMITTED, "reason": "Wrong film"})
    assert not Video.objects.filter(pk=given_up.pk).exists()
    assert "Wrong film" in LogEntry.objects.get(object_id=str(given_up.pk)).change_message
    a_day_later()
    assert not images.originals().exists(given_up.original)


def test_a_film_that_is_shown_is_not_discarded(desk: Client) -> None:
    shown = ready(made())
    fields = {**SUBMITTED, "reason": "Slip"}
    answer = desk.post(reverse("admin:catalog_video_discard", args=[shown.pk]), fields, follow=True)
    assert "Delete it instead" in answer.text
    assert Video.objects.filter(pk=shown.pk).exists()
    assert not LogEntry.objects.exists()

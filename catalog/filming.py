"""What a film is allowed to be, and what the shop hands out of it: the same streams without a word about their origin.

Touches no database.
"""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from PIL import Image as Pillow

from core.errors import ShopError

BYTES_MAX = 50 * 1024 * 1024
SECONDS_MAX = 60
LONG_SIDE_MAX, SHORT_SIDE_MAX = 1920, 1080
SHORT_SIDE_MIN = 200
# By the first bytes: what FFmpeg is told to read it as (never to guess: it knows formats that open addresses), the
# codecs that browsers play in it, and how browsers call it.
KINDS = {
    "mp4": {"media_type": "video/mp4", "codecs": {"h264", "av1", "aac", "mp3", "opus"}},
    "webm": {"media_type": "video/webm", "codecs": {"vp8", "vp9", "av1", "opus", "vorbis"}},
}
DECODERS = {"libdav1d": "av1", "libvpx": "vp8", "libvpx-vp9": "vp9", "libopus": "opus", "libvorbis": "vorbis"}


class NotAVideo(ShopError):
    """The file cannot be used, whatever is tried; the message says why."""

    code = "not_a_video"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True, slots=True)
class Film:
    content: bytes
    poster: bytes
    media_type: str
    duration_ms: int


def kind_of(head: bytes, size: int) -> str:
    """`mp4` or `webm`, by the first bytes alone. Raises NotAVideo."""
    if not size:
        raise NotAVideo("The file is empty. Save it again and upload that.")
    if size > BYTES_MAX:
        raise NotAVideo(f"The film is larger than {BYTES_MAX // 1024 // 1024} MB. Save it smaller.")
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "webm"
    raise NotAVideo("The file is no MP4 or WebM film, whatever its name says.")


def film(content: bytes) -> Film:
    """Checks it by its content and copies its streams into a file without metadata. Raises NotAVideo."""
    kind = kind_of(content[:16], len(content))
    with tempfile.TemporaryDirectory(prefix="film-") as folder:
        given, made = Path(folder, "given"), Path(folder, f"made.{kind}")
        given.write_bytes(content)
        try:
            poster = _poster(given, kind)
            duration_ms = _copied(given, made, kind)
        except (FFmpegError, ValueError, IndexError) as error:
            raise NotAVideo("The film is damaged: it cannot be played to its end. Export it again.") from error
        return Film(made.read_bytes(), poster, str(KINDS[kind]["media_type"]), duration_ms)


def _open(path: Path, kind: str) -> Any:
    return av.open(str(path), format=kind, timeout=20)


def _poster(path: Path, kind: str) -> bytes:
    """A frame from near the beginning, past the black that films begin with, as a JPEG."""
    with _open(path, kind) as source:
        _check_streams(source, kind)
        stream = source.streams.video[0]
        if source.duration:
            source.seek(min(source.duration // 10, 2_000_000))
        frame = next(source.decode(stream))
        if frame.width * frame.height > LONG_SIDE_MAX * SHORT_SIDE_MAX:
            raise NotAVideo("The film is larger than 1920 x 1080 pixels. Export it in 1080p.")
        picture: Pillow.Image = frame.to_image()
    if frame.rotation:
        picture = picture.rotate(frame.rotation, expand=True)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()


def _check_streams(source: Any, kind: str) -> None:
    if len(source.streams.video) != 1 or len(source.streams.audio) > 1:
        raise NotAVideo("A film has one picture and at most one sound. Export it anew.")
    for stream in (*source.streams.video, *source.streams.audio):
        codec = stream.codec_context.name
        if DECODERS.get(codec, codec) not in KINDS[kind]["codecs"]:
            raise NotAVideo(f"Browsers do not play {codec} in this kind of file. Export it as MP4 with H.264 and AAC.")
    sides = sorted((source.streams.video[0].codec_context.width, source.streams.video[0].codec_context.height))
    if sides[1] > LONG_SIDE_MAX or sides[0] > SHORT_SIDE_MAX:
        raise NotAVideo("The film is larger than 1920 x 1080 pixels. Export it in 1080p.")
    if sides[0] < SHORT_SIDE_MIN:
        raise NotAVideo(f"The film is smaller than {SHORT_SIDE_MIN} pixels. Export a larger one.")


def _copied(given: Path, made: Path, kind: str) -> int:
    """Its length in milliseconds by what is in it, for the header may say anything."""
    options = {"movflags": "+faststart"} if kind == "mp4" else {}
    end = 0.0
    with _open(given, kind) as source, av.open(str(made), "w", format=kind, options=options) as target:
        streams = (*source.streams.video, *source.streams.audio)
        copies = {stream.index: target.add_stream_from_template(stream) for stream in streams}
        for packet in source.demux(*streams):
            if packet.dts is None:
                continue
            length = float(((packet.pts or packet.dts) + (packet.duration or 0)) * packet.time_base)
            end = max(end, length)
            if end > SECONDS_MAX + 1:
                raise NotAVideo(f"The film is longer than {SECONDS_MAX} seconds. Cut it.")
            packet.stream = copies[packet.stream.index]
            target.mux(packet)
    if end <= 0:
        raise NotAVideo("The film is damaged: nothing in it moves. Export it again.")
    return round(end * 1000)

"""Uploads through the real Cloudinary SDK, and the pictures back over HTTP."""

import io
import time
from collections.abc import Iterator
from typing import Any

import cloudinary
import cloudinary.uploader
import cloudinary.utils
import pytest
import requests
from cloudinary.exceptions import AuthorizationRequired, BadRequest, Error, GeneralError, RateLimited
from PIL import Image

from devtools.sandbox import signatures
from devtools.sandbox.process import Sandbox
from tests.providers.conftest import Shop

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>'


@pytest.fixture(autouse=True)
def _sdk(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    prefix = f"{sandbox.url}/cloudinary"
    monkeypatch.setenv("CLOUDINARY_URL", f"cloudinary://demo-key:abcd@prechi-demo?upload_prefix={prefix}")
    cloudinary.reset_config()
    yield
    monkeypatch.undo()
    cloudinary.reset_config()


def picture(colour: str = "#c04a3a") -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (40, 60), colour).save(stream, "PNG")
    stream.seek(0)
    return stream


def upload(file: Any = None, **options: Any) -> dict[str, Any]:
    result: dict[str, Any] = cloudinary.uploader.upload(file or picture(), timeout=30, **options)
    return result


def test_an_upload_is_stored_and_delivered_byte_for_byte() -> None:
    stream = picture()
    result = upload(stream, public_id="products/dress", tags=["a", "b&c"], context={"alt": "A|B=C & D"})
    assert (result["public_id"], result["format"]) == ("products/dress", "png")
    assert (result["width"], result["height"], result["bytes"]) == (40, 60, len(stream.getvalue()))
    assert (result["tags"], result["context"]) == (["a", "b&c"], {"custom": {"alt": "A|B=C & D"}})
    assert result["request_id"]
    answer = requests.get(result["secure_url"], timeout=30)
    assert (answer.content, answer.headers["Content-Type"]) == (stream.getvalue(), "image/png")


def test_the_answer_is_signed_for_the_sdk() -> None:
    result = upload()
    assert cloudinary.utils.verify_api_response_signature(
        result["public_id"], str(result["version"]), result["signature"]
    )


def test_a_bare_host_is_an_upload_prefix_too(sandbox: Sandbox) -> None:
    assert upload(upload_prefix=sandbox.url)["public_id"]


@pytest.mark.parametrize("cname", ["{host}", "{host}/cloudinary/res"])
def test_the_addresses_the_sdk_builds_are_served(sandbox: Sandbox, cname: str) -> None:
    result = upload(public_id="products/bag")
    url, _ = cloudinary.utils.cloudinary_url(
        "products/bag.jpg",
        secure=False,
        cname=cname.format(host=sandbox.url.removeprefix("http://")),
        version=result["version"],
        sign_url=True,
        transformation=[{"width": 400, "height": 300, "crop": "fill", "gravity": "auto"}, {"fetch_format": "auto"}],
    )
    assert f"/v{result['version']}/" in url
    assert requests.get(url, timeout=30).status_code == 200


def test_the_same_id_is_replaced_unless_told_otherwise() -> None:
    first = upload(picture("red"), public_id="p")
    kept = upload(picture("blue"), public_id="p", overwrite=False)
    assert (kept["existing"], kept["etag"]) == (True, first["etag"])
    second = upload(picture("blue"), public_id="p")
    assert (second["asset_id"], second["etag"] == first["etag"]) == (first["asset_id"], False)
    assert second["version"] > first["version"]


def test_ids_come_from_name_folder_or_nothing() -> None:
    named = picture()
    named.name = "white dress.png"
    assert len(upload()["public_id"]) == 20
    assert (
        upload(named, use_filename=True, unique_filename=False, folder="in/here")["public_id"] == "in/here/white dress"
    )


def test_svg_data_uri_and_eager() -> None:
    assert upload(io.BytesIO(SVG), public_id="drawing")["format"] == "svg"
    result = upload("data:image/svg+xml;base64,PHN2Zy8+", eager=[{"width": 100, "crop": "scale"}])
    assert result["eager"][0]["transformation"] == "c_scale,w_100"
    assert requests.get(result["eager"][0]["secure_url"], timeout=30).status_code == 200


def test_destroy_says_ok_or_not_found_with_200() -> None:
    result = upload(public_id="p")
    assert cloudinary.uploader.destroy("p", resource_type="raw")["result"] == "not found"
    assert cloudinary.uploader.destroy("p")["result"] == "ok"
    assert cloudinary.uploader.destroy("p")["result"] == "not found"
    gone = requests.get(result["secure_url"], timeout=30)
    assert (gone.status_code, gone.headers["x-cld-error"]) == (404, "Resource not found - p")


@pytest.mark.parametrize(
    ("step", "status", "error"),
    [
        ("w_400,c_fill", 200, None),
        ("c_fill,f_auto,g_auto,h_300,q_auto,w_400/e_grayscale", 200, None),
        ("w_abc", 400, "Invalid width in transformation: abc"),
        ("nonsense", 400, "Unknown transformation nonsense"),
    ],
)
def test_transformations_are_checked(sandbox: Sandbox, step: str, status: int, error: str | None) -> None:
    upload(public_id="p")
    answer = requests.get(f"{sandbox.url}/cloudinary/res/prechi-demo/image/upload/{step}/p.png", timeout=30)
    assert (answer.status_code, answer.headers.get("x-cld-error")) == (status, error)


def test_a_wrong_secret_key_or_cloud_is_refused() -> None:
    with pytest.raises(AuthorizationRequired, match=r"Invalid Signature \w+\. String to sign - 'public_id=p&timestamp"):
        upload(public_id="p", api_secret="wrong")
    with pytest.raises(AuthorizationRequired, match="Unknown API key"):
        upload(api_key="test-other")
    with pytest.raises(AuthorizationRequired, match="cloud_name"):
        upload(cloud_name="elsewhere")


def test_the_old_signature_is_a_switch(set_faults: Any) -> None:
    options = {"public_id": "p", "context": {"alt": "A&B"}, "signature_version": 1}
    with pytest.raises(AuthorizationRequired):
        upload(**options)
    set_faults(cloudinary__signature_v1=True)
    assert upload(**options)["public_id"] == "p"


def test_a_request_of_more_than_an_hour_ago_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = str(int(time.time()) - 3700)
    monkeypatch.setattr(cloudinary.utils, "now", lambda: long_ago)
    with pytest.raises(BadRequest, match=r"Stale request - reported time is .* which is more than 1 hour ago"):
        upload()


def test_what_is_no_picture_or_too_large_is_refused(set_faults: Any) -> None:
    with pytest.raises(BadRequest, match="Invalid image file"):
        upload(io.BytesIO(b"hello"))
    set_faults(cloudinary__max_bytes=10)
    with pytest.raises(BadRequest, match="File size too large"):
        upload()
    assert upload(io.BytesIO(b"hello"), resource_type="raw")["resource_type"] == "raw"


def test_faults_become_the_exceptions_of_the_sdk(set_faults: Any) -> None:
    once = {"times": 1}
    set_faults(cloudinary__upload__fault={"value": "429", **once})
    with pytest.raises(RateLimited):
        upload()
    set_faults(cloudinary__upload__fault={"value": "500", **once})
    with pytest.raises(GeneralError):
        upload()
    set_faults(cloudinary__upload__fault={"value": "502_html", **once})
    with pytest.raises(Error, match=r"Error parsing server response \(502\)"):
        upload()
    assert upload()["public_id"]


def test_a_notification_is_signed_for_the_sdk(sandbox: Sandbox, shop: Shop) -> None:
    upload(public_id="p", notification_url=f"{shop.url}/webhooks/cloudinary/")
    sandbox.control("POST", "webhooks/flush")
    [hook] = shop.hooks
    stamp = hook.headers["x-cld-timestamp"]
    assert hook.headers["x-cld-signature"] == signatures.cloudinary_notification(hook.body, int(stamp), "abcd")
    assert cloudinary.utils.verify_notification_signature(
        hook.body.decode(), int(stamp), hook.headers["x-cld-signature"]
    )

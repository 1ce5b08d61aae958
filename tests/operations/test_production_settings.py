"""What production refuses to start with."""

import os
import subprocess
import sys

import pytest

from devtools.checks import PRODUCTION
from devtools.surroundings import PROJECT
from prechi.env import LOCAL_SECRET_KEY

GOOD_KEY, OTHER_KEY = "kQ7-" * 12, "zW3_" * 12
SANDBOX_KEY = "sandbox-only-secret-key-never-used-in-production-0123456789"


def start(shown: str = "DEBUG", **changes: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", f"from prechi import settings; print(settings.{shown})"],
        cwd=PROJECT,
        env={**os.environ, **PRODUCTION, **changes},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_starts_as_it_should_be() -> None:
    done = start()
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "true"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", " "),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", SANDBOX_KEY),
        ("PREVIOUS_SECRET_KEY", LOCAL_SECRET_KEY),
        ("PREVIOUS_SECRET_KEY", f"{GOOD_KEY}, {SANDBOX_KEY}"),
        ("PREVIOUS_SECRET_KEY", "short"),
        ("PAYSTACK_SECRET_KEY", "sk_test_prechi_demo"),
        ("PAYSTACK_PREVIOUS_SECRET_KEY", "sk_test_prechi_demo"),
        ("PAYSTACK_PREVIOUS_SECRET_KEY", " sk_test_prechi_demo"),
        ("PAYSTACK_PREVIOUS_SECRET_KEY", "sk_test_0123456789abcdef0123456789abcdef"),
        ("PAYSTACK_PREVIOUS_SECRET_KEY", "secret"),
        ("PAYSTACK_BASE_URL", "https://evil.example"),
        ("RESEND_API_KEY", "re_test_prechi_demo"),
        ("RESEND_WEBHOOK_SECRET", ""),
        ("RESEND_WEBHOOK_SECRET", " "),
        ("RESEND_WEBHOOK_SECRET", "whsec_cHJlY2hpLWRlbW8tc2VjcmV0"),
        ("RESEND_WEBHOOK_SECRET", "whsec_not base64"),
        ("RESEND_WEBHOOK_SECRET", "whsec_"),
        ("CONTACT_EMAIL", ""),
        ("SELLER_ADDRESS", ""),
        ("SELLER_ADDRESS", " , "),
    ],
)
def test_a_setting_that_would_harm_stops_it(name: str, value: str) -> None:
    done = start(**{name: value})
    assert done.returncode != 0
    assert name in done.stderr


@pytest.mark.parametrize(
    ("before", "keys"), [("", []), (" ", []), (",", []), (f"{GOOD_KEY}, {OTHER_KEY} ,", [GOOD_KEY, OTHER_KEY])]
)
def test_keys_of_before_count_without_the_blanks_around_them(before: str, keys: list[str]) -> None:
    done = start("SECRET_KEY_FALLBACKS", PREVIOUS_SECRET_KEY=before)
    assert (done.returncode, done.stdout.strip()) == (0, str(keys)), done.stderr


LIVE, TEST = "sk_live_0123456789abcdef", "sk_test_0123456789abcdef"


@pytest.mark.parametrize(
    ("in_use", "before", "counts"), [(LIVE, "", ""), (LIVE, f" {LIVE}9 ", f"{LIVE}9"), (TEST, f"{TEST}9", f"{TEST}9")]
)
def test_a_paystack_key_of_before_is_of_the_same_mode(in_use: str, before: str, counts: str) -> None:
    done = start("PAYSTACK_PREVIOUS_SECRET_KEY", PAYSTACK_SECRET_KEY=in_use, PAYSTACK_PREVIOUS_SECRET_KEY=before)
    assert (done.returncode, done.stdout.strip()) == (0, counts), done.stderr


@pytest.mark.parametrize(("minutes", "held"), [("5", "35"), ("34", "35"), ("35", "35"), ("60", "60")])
def test_a_hold_outlives_a_transfer(minutes: str, held: str) -> None:
    """Paystack's transfer account lives half an hour: whoever pays at its end must find the pieces kept."""
    done = start("HOLD_MINUTES", HOLD_MINUTES=minutes)
    assert (done.returncode, done.stdout.strip()) == (0, held), done.stderr


def test_a_way_to_pay_that_it_does_not_know_stops_it() -> None:
    done = start(OFFLINE_METHODS="bank,on-delivery")
    assert done.returncode != 0
    assert "OFFLINE_METHODS names 'on-delivery'. It may name: bank, cash, on_delivery." in done.stderr


def test_ways_to_pay_may_be_written_with_spaces() -> None:
    done = start(OFFLINE_METHODS="bank, on_delivery,")
    assert done.returncode == 0, done.stderr


PICTURES_IN_A_BUCKET = {"MEDIA_BACKEND": "s3", "AWS_STORAGE_BUCKET_NAME": "pictures"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"MEDIA_BACKEND": "floppy"}, "local, s3, cloudinary"),
        ({"MEDIA_BACKEND": "s3"}, "AWS_STORAGE_BUCKET_NAME"),
        (PICTURES_IN_A_BUCKET, "ORIGINALS_BUCKET_NAME"),
        (PICTURES_IN_A_BUCKET | {"ORIGINALS_BUCKET_NAME": "pictures"}, "ORIGINALS_BUCKET_NAME"),
        ({"ORIGINALS_BACKEND": "s3"}, "ORIGINALS_BUCKET_NAME"),
    ],
)
def test_originals_would_lie_where_anybody_reads_them(changes: dict[str, str], told: str) -> None:
    done = start(**changes)
    assert done.returncode != 0
    assert told in done.stderr


def test_pictures_in_one_bucket_and_originals_in_another() -> None:
    done = start(**PICTURES_IN_A_BUCKET, ORIGINALS_BUCKET_NAME="originals", ORIGINALS_BACKEND="")
    assert done.returncode == 0, done.stderr

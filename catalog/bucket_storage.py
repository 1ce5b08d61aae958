"""Where files lie: a bucket at S3, or at another house that speaks its language. Loaded where it is chosen alone."""

from typing import Any

from botocore.config import Config
from django.utils.deconstruct import deconstructible
from storages.backends.s3 import S3Storage

# Every call has ended, well or not, before its task is ended (catalog.tasks): S3's own patience is many minutes.
CONNECT_SECONDS = 5
READ_SECONDS = 15
TRIES = 2


@deconstructible
class BucketStorage(S3Storage):
    """Names hold the hash of their content: writing the same one twice is harmless, and browsers keep it for ever."""

    def get_default_settings(self) -> dict[str, Any]:
        return {
            **super().get_default_settings(),
            "client_config": Config(
                signature_version="s3v4",
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"total_max_attempts": TRIES, "mode": "standard"},
                # Houses other than Amazon's know no checksums that trail behind a body.
                request_checksum_calculation="when_required",
            ),
            "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
        }

"""Typed readers of the environment, and what production refuses."""

import base64
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

LOCAL_SECRET_KEY = "local-only-secret-key-never-used-in-production-0123456789"
# What everybody can read in this repository and could start a shop with (here and in deploy/sandbox.env) begins so.
DEMO_SECRET_KEYS = ("local-only-", "sandbox-only-")
SECRET_KEY_LENGTH_MIN = 32
DEMO_PAYSTACK_KEYS = ("sk_test_prechi",)
DEMO_WEBHOOK_SECRET = "whsec_cHJlY2hpLWRlbW8tc2VjcmV0"


def environment_name() -> str:
    """`production` unless PRECHI_ENV says `local` or `test`: a forgotten variable errs on the strict side."""
    name = env.str("PRECHI_ENV", "production")
    if name not in {"local", "test", "production"}:
        raise ImproperlyConfigured(f"PRECHI_ENV is {name!r}. Set it to local, test or production.")
    return name


def debug(*, production: bool) -> bool:
    """DEBUG, which shows source and settings to whoever meets an error."""
    on = env.bool("DEBUG", False)
    if on and production:
        raise ImproperlyConfigured("DEBUG is on. Its error pages show settings to everybody: unset it in production.")
    return on


def provider_url(name: str, production_url: str, *, production: bool) -> str:
    """Base URL of a provider. Only outside production may it be another host than the provider's own."""
    url = env.str(name, production_url).rstrip("/")
    if production and urlsplit(url).netloc != urlsplit(production_url).netloc:
        raise ImproperlyConfigured(f"{name} is {url!r}. Production only speaks to {production_url}: unset {name}.")
    return url


def secret(name: str, local_default: str, *, production: bool, refuse: tuple[str, ...] = ()) -> str:
    """A secret: required in production, where demo values (those that start with one of `refuse`) are turned away."""
    value = env.str(name, "" if production else local_default)
    if production and (not value or value == local_default or value.startswith(refuse or ("\0",))):
        raise ImproperlyConfigured(f"{name} is missing or a demo value. Set the real one in the environment.")
    return value


def paystack_key_before(name: str, in_use: str, *, production: bool) -> str:
    """The key that webhooks under way may still be signed with; empty for none. In production a real one of the mode of
    the key in use: with one that others know they would sign what the shop believes."""
    value = env.str(name, "").strip()
    mode = "sk_live_" if in_use.startswith("sk_live_") else "sk_test_"
    if production and value and (not value.startswith(mode) or value.startswith(DEMO_PAYSTACK_KEYS)):
        raise ImproperlyConfigured(
            f"{name} is a demo value or no key of the same mode as the one in use. Set the one before, or empty it."
        )
    return value


def webhook_secret(name: str, *, production: bool) -> str:
    """`whsec_` and a key in base64: required in production, where nothing that the provider tells is believed without
    it, and no bounce or complaint is ever noted."""
    value = secret(name, "", production=production, refuse=(DEMO_WEBHOOK_SECRET,)).strip()
    if production and not _is_base64(value.removeprefix("whsec_")):
        raise ImproperlyConfigured(f"{name} is no key that can be read. Copy it whole, from whsec_ on.")
    return value


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


def needed(name: str, local_default: str, *, production: bool) -> str:
    """What customers are told of the shop: required in production, where a made-up one would mislead them."""
    value = env.str(name, "" if production else local_default).strip(" ,")
    if production and not value:
        raise ImproperlyConfigured(f"{name} is missing. Customers need it: set it in the environment.")
    return value


def secret_key(name: str, *, production: bool) -> str:
    """What signs sessions and links. Who knows it, or can guess it, signs in as anybody: see `_refuse_weak`."""
    value = env.str(name, "" if production else LOCAL_SECRET_KEY)
    if production:
        _refuse_weak(name, value)
    return value


def secret_keys_before(name: str, *, production: bool) -> list[str]:
    """Those that count as well, separated by commas; as good as the one in use, for they open as much."""
    values = [value.strip() for value in env.str(name, "").split(",") if value.strip()]
    for value in values if production else []:
        _refuse_weak(name, value)
    return values


def _refuse_weak(name: str, value: str) -> None:
    if not value.strip() or value.startswith(DEMO_SECRET_KEYS):
        raise ImproperlyConfigured(f"{name} is missing or a demo value. Set the real one in the environment.")
    if len(value) < SECRET_KEY_LENGTH_MIN:
        raise ImproperlyConfigured(
            f"{name} has {len(value)} characters, which can be guessed. Set one of {SECRET_KEY_LENGTH_MIN} or more."
        )


def one_of(name: str, choices: list[str], default: str) -> str:
    value = env.str(name, "") or default
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to one of: {', '.join(choices)}.")
    return value


def some_of(name: str, choices: list[str]) -> list[str]:
    """Those that are named, separated by commas; none by default."""
    values = [value.strip() for value in env.str(name, "").split(",") if value.strip()]
    for value in values:
        if value not in choices:
            raise ImproperlyConfigured(f"{name} names {value!r}. It may name: {', '.join(choices)}.")
    return values


def buckets(*, public: bool, private: bool) -> tuple[str, str]:
    """Names of the bucket of pictures and of the bucket of originals, those that are asked for.

    Never one for both: whoever opens it to browsers would hand out where a customer's photograph was taken.
    """
    pictures, originals = env.str("AWS_STORAGE_BUCKET_NAME", ""), env.str("ORIGINALS_BUCKET_NAME", "")
    if public and not pictures:
        raise ImproperlyConfigured("AWS_STORAGE_BUCKET_NAME is missing. Name the public bucket of pictures.")
    if private and originals in ("", pictures):
        raise ImproperlyConfigured("ORIGINALS_BUCKET_NAME is missing or the public one. Name a bucket that is private.")
    return pictures, originals

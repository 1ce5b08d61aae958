"""The one way that the shop calls a provider over HTTP."""

from typing import Any

import requests


class ProviderError(Exception):
    """A provider did not do what was asked."""

    def __init__(self, message: str, *, status: int | None = None, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


class ProviderRefused(ProviderError):
    """It answered, clearly, that it would not: the outcome is known."""


class ProviderUnavailable(ProviderError):
    """No usable answer: the outcome of a write is unknown and must be looked up, never assumed."""


class ProviderSilent(ProviderUnavailable):
    """Nothing came back at all: waiting for it cost time, and the next call would cost it again."""


def call(
    method: str,
    url: str,
    *,
    headers: dict[str, str],
    timeout: float,
    json: Any = None,
    params: dict[str, Any] | None = None,
) -> tuple[int, dict[str, Any]]:
    """One request, no retry and no redirect. Returns the status and the JSON object of the answer.

    Raises ProviderUnavailable for time-outs, lost connections, 5xx, 429 and answers that are not a JSON object.
    """
    try:
        response = requests.request(
            method, url, headers=headers, json=json, params=params, timeout=timeout, allow_redirects=False
        )
        body = response.json() if response.status_code < 500 and response.status_code != 429 else None
    except (requests.ConnectionError, requests.Timeout) as error:
        raise ProviderSilent(f"{type(error).__name__} from {url}") from error
    except requests.RequestException as error:  # a body that is not JSON is one of these too
        raise ProviderUnavailable(f"{type(error).__name__} from {url}") from error
    if not isinstance(body, dict):
        raise ProviderUnavailable(f"HTTP {response.status_code} from {url}", status=response.status_code)
    return response.status_code, body

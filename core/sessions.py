"""Sessions in the cache and the database. Named in settings.SESSION_ENGINE."""

from django.contrib.sessions.backends import cached_db


class SessionStore(cached_db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """Keys are letters and digits. Whatever else a cookie says never reaches the database, which takes no NUL."""
        return bool(key and key.isascii() and key.isalnum() and super()._validate_session_key(key))  # type: ignore[misc]

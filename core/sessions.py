"""Sessions in the cache and the database. Named in settings.SESSION_ENGINE."""

from django.contrib.sessions.backends import cached_db


class SessionStore(cached_db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """A cookie can say NUL, which the database does not take."""
        return bool(key and "\0" not in key and super()._validate_session_key(key))  # type: ignore[misc]

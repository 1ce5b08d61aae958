"""django-prometheus's PostgreSQL, but a kept connection is looked at before its use, not asked."""

import select

from django_prometheus.db.backends.postgresql.base import DatabaseWrapper as Counted


class DatabaseWrapper(Counted):
    def is_usable(self) -> bool:
        """Whether the server is still there, without the question and answer that Django spends on it in each request.

        A server that went away has closed the socket, which can be read from then on; on one that waits for a
        statement there is nothing to read.
        """
        connection = self.connection
        if connection is None or connection.closed:
            return False
        socket = select.poll()
        socket.register(connection.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
        return not socket.poll(0)

"""Which order a link opens: the token's order is remembered for half an hour, the order itself never."""

import hashlib

from core import redis_store, switches
from orders.models import Order

REMEMBERED_SECONDS = 1800
TOKEN_MAX = 64


def order_id_of(token: str) -> int | None:
    """None for a token that opens nothing, which is never remembered. Of others only the hash is."""
    if not token or len(token) > TOKEN_MAX or "\0" in token:
        return None
    if not switches.cache_enabled():
        return _look_up(token)
    name = f"order:{hashlib.sha256(token.encode()).hexdigest()}"
    found = redis_store.read(name)
    if found and found[0]:
        return int(found[0])
    pk = _look_up(token)
    if pk is not None:
        redis_store.write({name: str(pk).encode()}, REMEMBERED_SECONDS)
    return pk


def _look_up(token: str) -> int | None:
    return Order.objects.filter(token=token).values_list("pk", flat=True).first()

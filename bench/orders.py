"""Placing orders over the API, next to the same rows written by bare psycopg in one durable transaction."""

import itertools
import json
import random
from statistics import median

from bench import load
from bench.postgres import Transactions, analyze
from bench.report import Row, Target
from bench.servers import Servers, within_shop

CLIENTS, THREADS = 20, 8
ROUNDS = 3
# Of one round: about as long as psycopg writes in one.
ORDERS = 360
# Before each, unmeasured: new statistics throw away the plans that every connection keeps.
WARM = 60
SIZES_OF_ORDER = 3

ANSWERED = Target("p95 < 300 ms", lambda row: row.percentile(95) < 300)
A_THIRD = Target("≥ 1/3 of bare SQL", lambda row: (row.to_postgres or 0) >= 1 / 3, is_goal=True)

ORDER = {
    "email": "ada@prechi.test",
    "full_name": "Ada Obi",
    "phone": "+2348031234567",
    "address": {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "street": "12 Admiralty Way"},
}

_numbers = itertools.count()


def measure(servers: Servers) -> list[Row]:
    """Two rows of the shop and two of psycopg: spread over all sizes, three to an order; and one size for everybody."""
    chance = random.Random(1)
    skus = list(servers.catalogue.sizes)
    hot = skus[len(skus) // 2]
    baskets = {
        "spread": [chance.sample(skus, SIZES_OF_ORDER) for _ in range(ROUNDS * (WARM + ORDERS))],
        "hot": [[hot]] * (ROUNDS * (WARM + ORDERS)),
    }
    bags = {kind: fill_bags(servers.shop, several) for kind, several in baskets.items()}
    names = {"spread": f"{SIZES_OF_ORDER} of {len(skus):,} sizes", "hot": "one hot size"}
    shop = {kind: Row(f"order, {name}", CLIENTS, targets=[ANSWERED, A_THIRD]) for kind, name in names.items()}
    bare = {kind: Row(f"bare SQL order, {name}", THREADS) for kind, name in names.items()}
    _place(servers.shop, fill_bags(servers.shop, [*baskets["spread"][:CLIENTS], [hot]]))  # warms up
    with Transactions(servers.database, THREADS) as transactions:
        for _ in range(ROUNDS):
            analyze(servers.database)  # each round writes thousands of orders into tables that were small
            for kind in baskets:
                _place(servers.shop, [bags[kind].pop() for _ in range(WARM)])
                shop[kind].results.append(_place(servers.shop, [bags[kind].pop() for _ in range(ORDERS)]))
                ids = [[servers.catalogue.sizes[sku] for sku in basket] for basket in baskets[kind]]
                bare[kind].results.append(transactions.run(ids))
    for kind, row in shop.items():
        row.to_postgres = median(
            ours.rate / theirs.rate for ours, theirs in zip(row.results, bare[kind].results, strict=True)
        )
    return [*bare.values(), *shop.values()]


def statements(servers: Servers) -> list[tuple[str, float]]:
    """What placing an order of three sizes asks the database, with the time of each statement."""
    skus = list(servers.catalogue.sizes)[:SIZES_OF_ORDER]
    code = f"from bench import queries; queries.order_statements({skus!r}, {ORDER!r})"
    return [(sql, milliseconds) for sql, milliseconds in json.loads(within_shop(code, servers.env))]


def fill_bags(port: int, baskets: list[list[str]]) -> list[str]:
    """Tokens of bags that hold them, filled over the API as a customer does."""
    made = load.run(port, [load.post("/api/v1/bags/", {}) for _ in baskets], connections=THREADS, keep=True)
    tokens = [str(json.loads(body)["token"]) for body in made.bodies]
    lines = [
        load.post(f"/api/v1/bags/{token}/lines/", {"sku": sku, "quantity": 1})
        for token, basket in zip(tokens, baskets, strict=True)
        for sku in basket
    ]
    filled = load.run(port, lines, connections=THREADS)
    if made.errors or filled.errors:
        raise RuntimeError(f"Bags could not be filled: {dict(made.statuses)}, {dict(filled.statuses)}")
    return tokens


def order_requests(bags: list[str]) -> list[bytes]:
    """An order of each bag, by a customer of its own."""
    return [load.post("/api/v1/orders/", {**ORDER, **_somebody(), "bag": bag}) for bag in bags]


def _place(port: int, bags: list[str]) -> load.Result:
    return load.run(port, order_requests(bags), connections=CLIENTS)


def _somebody() -> dict[str, str]:
    """Another customer for every order: those of one person queue up for each other."""
    number = next(_numbers)
    return {"email": f"buyer{number}@prechi.test", "phone": f"+23480{31_000_000 + number}"}

"""The steady mix of a day: browse 75, search 12, bag 8, checkout 5, half of them abandoned. How much comes ready?"""

import json
import random
from collections.abc import Iterator

from bench import load
from bench.orders import ORDER, fill_bags
from bench.report import Row, Target
from bench.servers import Servers, within_shop

CLIENTS = 16
WARM_UP, SECONDS = 20.0, 20.0
BAGS = 400  # to be ordered, and as many that are not
COLOURS, SIZES, CATEGORIES = ("black", "white", "navy", "olive"), ("S", "M", "L"), ("briefs", "gymwear", "sets")
LAGOS = {"country": "NG", "state": "Lagos", "area": "Eti-Osa"}
WORDS = ("piece", "everyday", "black piece", "navy", "briefs", "gymwear", "everday", "cotton")

FEW_ERRORS = Target("errors < 0.5 %", lambda row: row.errors < 0.005 * sum(len(r.latencies) for r in row.results))
NO_ERRORS = Target("no errors", lambda row: row.errors == 0, is_goal=True)
STEADY = Target("p95 < 300 ms", lambda row: row.percentile(95) < 300)


def measure(servers: Servers) -> tuple[Row, str]:
    """The row, and in words how many of the public pages and answers came ready."""
    chance = random.Random(7)
    skus = list(servers.catalogue.sizes)
    bags = fill_bags(servers.shop, [chance.sample(skus, 2) for _ in range(2 * BAGS)])
    requests = _requests(servers.catalogue.slugs, skus, bags[:BAGS], bags[BAGS:], chance)
    # A shop is opened once and then stays open: the first look at each page is no part of a steady day.
    load.run(servers.shop, requests, connections=CLIENTS, seconds=WARM_UP)
    before = _reads(servers)
    row = Row("steady mix of a day", CLIENTS, targets=[STEADY, FEW_ERRORS, NO_ERRORS])
    row.results.append(load.run(servers.shop, requests, connections=CLIENTS, seconds=SECONDS))
    hits, reads = (now - then for now, then in zip(_reads(servers), before, strict=True))
    rate = hits / reads if reads else 0.0
    verdict = "met" if rate > 0.8 else "MISSED"
    return row, (
        f"cache: {rate:.1%} of {reads:,} reads of the cache under the steady mix were hits, while stock was sold "
        f"(must be > 80 %: {verdict}; goal > 95 %: {'met' if rate > 0.95 else 'MISSED'})"
    )


def _requests(
    slugs: list[str], skus: list[str], ordered: list[str], abandoned: list[str], chance: random.Random
) -> Iterator[bytes]:
    """Everybody looks at the same few things most: the n-th product is asked for 1/n as often as the first.

    Nobody puts more into a bag while ordering it, which would rightly be refused.
    """
    weights = [1 / place for place in range(1, len(slugs) + 1)]
    while ordered:
        dice = chance.random() * 100
        slug = chance.choices(slugs, weights)[0]
        if dice < 75:
            yield load.get(_browsed(slug, chance))
        elif dice < 87:
            yield load.get(f"/search/?q={chance.choice(WORDS).replace(' ', '+')}")
        elif dice < 95:
            token = chance.choice(abandoned)
            yield load.post(f"/api/v1/bags/{token}/lines/", {"sku": chance.choice(skus), "quantity": 1})
        elif dice < 97.5:
            yield load.post(f"/api/v1/bags/{chance.choice(abandoned)}/quote/", LAGOS)
        else:
            yield load.post("/api/v1/orders/", {**ORDER, "bag": ordered.pop()})


def _browsed(slug: str, chance: random.Random) -> str:
    category = chance.choice(CATEGORIES)
    return chance.choices(
        [
            "/",
            f"/products/{slug}/",
            f"/products/{slug}/?colour={chance.choice(COLOURS)}",
            f"/api/v1/products/{slug}/",
            f"/c/{category}/",
            f"/c/{category}/?colour={chance.choice(COLOURS)}&size={chance.choice(SIZES)}",
            f"/shop/?page={chance.randint(1, 5)}",
            "/bundles/",
        ],
        [10, 30, 15, 10, 15, 8, 8, 4],
    )[0]


def _reads(servers: Servers) -> tuple[int, int]:
    """Hits and reads of all processes so far. They tell it once a second, on their next read."""
    load.run(servers.shop, iter([load.get("/bundles/")] * 40), connections=8)
    code = "import json, time; from catalog import hits; time.sleep(1.2); print(json.dumps(hits.of_last_hours()))"
    found: tuple[int, int] = tuple(json.loads(within_shop(code, servers.env)))
    return found

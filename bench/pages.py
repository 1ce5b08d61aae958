"""The catalogue's pages and answers: with the cache, without, and next to a bare view that answers the same bytes."""

import json
from dataclasses import dataclass
from itertools import repeat
from statistics import median

from bench import load
from bench.report import Row, Target
from bench.servers import Servers, within_shop

CACHED, UNCACHED = 50, 8
ROUNDS = 3
SECONDS, WARM_UP = 2.0, 0.5

FAST = Target("p95 < 20 ms", lambda row: row.percentile(95) < 20)
NEAR_BARE = Target("≥ 0.8 of bare+Redis", lambda row: (row.to_redis or 0) >= 0.8)
AHEAD = Target("≥ 2 of bare+Redis", lambda row: (row.to_redis or 0) >= 2, is_goal=True)
STEADY = Target("p95 < 200 ms", lambda row: row.percentile(95) < 200)
QUICK = Target("p95 < 50 ms", lambda row: row.percentile(95) < 50, is_goal=True)
SIX = Target("≤ 6 queries", lambda row: (row.queries or 0) <= 6)
INDEXED = Target("slowest < 50 ms", lambda row: (row.slowest or 0) < 50)
INDEXED_WELL = Target("slowest < 5 ms", lambda row: (row.slowest or 0) < 5, is_goal=True)
READ = [STEADY, SIX, INDEXED, QUICK, INDEXED_WELL]


@dataclass
class Probe:
    """A row and where its figures come from. `kind` names the bytes, so that like is compared with like."""

    row: Row
    port: int
    path: str
    kind: str = ""


def measure(servers: Servers) -> list[Row]:
    """The rounds are taken in turn, so that a noisy minute falls on shop and yardstick alike."""
    product = servers.catalogue.product
    paths = {
        "product JSON": f"/api/v1/products/{product}/",
        "product page": f"/products/{product}/",
        "listing JSON": "/api/v1/products/",
        "listing page": "/shop/",
    }
    bare = [_bare(servers, kind, way) for way in ("fixed", "redis") for kind in ("JSON", "page")]
    cached = [
        Probe(Row(f"product {kind}, cached", CACHED, targets=[FAST, NEAR_BARE, AHEAD]), servers.shop, path, kind)
        for kind, path in (("JSON", paths["product JSON"]), ("page", paths["product page"]))
    ]
    lists = [
        Probe(Row(f"{name}, cache on", UNCACHED, targets=READ), servers.shop, paths[name])
        for name in ("listing JSON", "listing page")
    ]
    uncached = [
        Probe(Row(f"{name}, cache off", UNCACHED, targets=READ), servers.uncached, path) for name, path in paths.items()
    ]
    probes = [*bare, *cached, *lists, *uncached]
    for _ in range(ROUNDS):
        for probe in probes:
            probe.row.results.append(_round(probe))
    for probe in (*cached, *lists, *uncached):
        kind = probe.kind or probe.row.name.split(",")[0].split()[1]
        probe.row.to_bare = _ratio(probe.row, _row_of(bare, "fixed", kind))
        probe.row.to_redis = _ratio(probe.row, _row_of(bare, "redis", kind))
    _count_queries(servers, [*lists, *uncached])
    return [probe.row for probe in probes]


def _bare(servers: Servers, kind: str, way: str) -> Probe:
    name = f"bare view, {kind}" if way == "fixed" else f"bare view + Redis, {kind}"
    return Probe(Row(name, CACHED), servers.bare, f"/{way}/{kind.lower()}", kind)


def _row_of(bare: list[Probe], way: str, kind: str) -> Row:
    return next(probe.row for probe in bare if probe.kind == kind and probe.path.startswith(f"/{way}/"))


def _round(probe: Probe) -> load.Result:
    request = repeat(load.get(probe.path))
    load.run(probe.port, request, connections=probe.row.at_once, seconds=WARM_UP)
    return load.run(probe.port, request, connections=probe.row.at_once, seconds=SECONDS)


def _ratio(row: Row, yardstick: Row) -> float:
    """Round by round, because the rounds of one pair stood under the same weather."""
    return median(
        ours.rate / theirs.rate for ours, theirs in zip(row.results, yardstick.results, strict=True) if theirs.rate
    )


def _count_queries(servers: Servers, probes: list[Probe]) -> None:
    """Without the cache: each of these rows reads the database, and this is what it asks it."""
    code = f"from bench import queries; queries.page_statements({[probe.path for probe in probes]!r})"
    found = json.loads(within_shop(code, servers.env | {"CACHE_ENABLED": "0"}))
    for probe in probes:
        times = [milliseconds for _, milliseconds in found[probe.path]]
        probe.row.queries, probe.row.slowest = len(times), max(times, default=0.0)

"""A flash sale: a thousand buyers order the last fifty pieces of one size, all at once."""

from dataclasses import dataclass

import psycopg

from bench import load
from bench.orders import fill_bags, order_requests
from bench.report import Row, Target
from bench.servers import Servers, within_shop

BUYERS, PIECES = 1000, 50
CLIENTS = 100
SOLD, TOLD = 201, 409


@dataclass
class FlashSale(Row):
    """Being told that it is sold out is an answer, not an error. `left` is what the database has of it afterwards."""

    left: int | None = None

    @property
    def sold(self) -> int:
        return sum(result.statuses[SOLD] for result in self.results)

    @property
    def errors(self) -> int:
        told = self.results[0].statuses
        return BUYERS - told[SOLD] - told[TOLD]


EXACTLY = Target(
    f"exactly {PIECES} sold", lambda row: isinstance(row, FlashSale) and row.sold == PIECES and row.left == 0
)
NO_ERRORS = Target("no errors", lambda row: row.errors == 0)
IN_FIVE = Target("all told < 5 s", lambda row: row.results[0].seconds < 5)
IN_TWO = Target("all told < 2 s", lambda row: row.results[0].seconds < 2, is_goal=True)


def measure(servers: Servers) -> Row:
    sku = list(servers.catalogue.sizes)[-1]
    bags = fill_bags(servers.shop, [[sku]] * BUYERS)
    # Everybody has it in the bag; now all but fifty are counted out.
    within_shop(f"from bench import seed; seed.leave({sku!r}, {PIECES})", servers.env)
    row = FlashSale(
        f"flash sale, {BUYERS:,} buyers for {PIECES}", CLIENTS, targets=[EXACTLY, NO_ERRORS, IN_FIVE, IN_TWO]
    )
    row.results.append(load.run(servers.shop, order_requests(bags), connections=CLIENTS))
    with psycopg.connect(servers.database) as connection:
        found = connection.execute("SELECT on_hand - reserved FROM catalog_variantsize WHERE sku = %s", [sku])
        [(row.left,)] = found.fetchall()
    return row

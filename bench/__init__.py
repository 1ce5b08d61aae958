"""``make bench``: how fast the shop's hot paths are, next to the least that Django and PostgreSQL could do instead."""

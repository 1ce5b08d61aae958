"""Every mail of the shop, made of plausible facts, to be looked at."""

"""Beside the house: what a developer's machine needs to run, test and demonstrate the shop. Not part of production."""

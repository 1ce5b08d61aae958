"""The database engine of the shop; prechi/settings.py names this package."""

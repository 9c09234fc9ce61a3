"""Benchmarks count; they stand on the unit tests' fixtures."""

from tests.unit.conftest import api, engine, outgoing, shop, table

__all__ = ["api", "engine", "outgoing", "shop", "table"]

"""Benchmarks count; they stand on the unit tests' fixtures."""

from tests.unit.conftest import api, shop, table

__all__ = ["api", "shop", "table"]

"""Benchmarks count; they stand on the unit tests' fixtures."""

from tests.unit.conftest import api, engine, outgoing, shop, table
from tests.unit.delivery.conftest import postbox

__all__ = ["api", "engine", "outgoing", "postbox", "shop", "table"]

"""Benchmarks count; they stand on the unit tests' fixtures."""

from tests.unit.conftest import api, engine, outgoing, refund_messages, shop, table
from tests.unit.delivery.conftest import postbox

__all__ = ["api", "engine", "outgoing", "postbox", "refund_messages", "shop", "table"]

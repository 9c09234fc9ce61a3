"""A cloud in the place of AWS, with a clock that only the world moves, and silence in the logs and metrics."""

import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from botocore.client import BaseClient

from tests.proof.cloud import Cloud
from tests.quick_table import QuickTable
from tests.unit.conftest import table_definition
from tiketi import clock
from tiketi.logs import logger, metrics
from tiketi.sales import stock
from tiketi.settings import settings


@contextmanager
def clouded() -> Generator[Cloud]:
    cloud, level = Cloud(QuickTable(table_definition())), logger.log_level
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "epoch_now", lambda: cloud.now())
        patch.setattr(clock, "epoch_millis", lambda: cloud.now() * 1000)
        patch.setattr(time, "sleep", lambda seconds: None)
        patch.setattr(
            BaseClient, "_make_api_call", lambda client, operation, request: cloud.call(client, operation, request)
        )
        small_shards = settings().model_copy(update={"stock_shard_size": 2})
        patch.setattr(stock, "settings", lambda: small_shards)
        patch.setattr(metrics, "add_metric", lambda name, unit, value: None)
        logger.setLevel("CRITICAL")
        yield cloud
    logger.setLevel(level)

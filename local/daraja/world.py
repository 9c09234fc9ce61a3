"""Everything the simulator remembers, from one reset to the next."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field

from local.daraja.c2b_urls import RegisteredUrls
from local.daraja.changes import Changes
from local.daraja.chaos import Chaos
from local.daraja.delivery import Postman
from local.daraja.initiator_plans import InitiatorPlans
from local.daraja.ledger import Ledger
from local.daraja.oauth_plans import OAuthPlans
from local.daraja.payments import Delivery, Payments
from local.daraja.phones import Phones
from local.daraja.plans import Plan
from local.daraja.security_credential import CredentialKey
from local.daraja.settings import Credentials, Options
from local.daraja.spike_arrest import SpikeArrest
from local.daraja.tokens import Tokens


@dataclass
class World:
    credentials: Credentials
    options: Options
    postman: Postman
    changes: Changes = field(default_factory=Changes)
    tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def __post_init__(self) -> None:
        self.tokens = Tokens()
        self.credential_key = CredentialKey() if self.options.check_security_credential else None
        self.forget_everything()

    def forget_everything(self) -> None:
        """Tokens stay: a client that caches one must not notice a reset between two tests."""
        self.cancel_tasks()
        self.phones = Phones(Plan.model_validate({"behaviour": self.options.default_behaviour}))
        self.payments = Payments()
        self.ledger = Ledger()
        self.chaos = Chaos()
        self.registered = RegisteredUrls()
        self.oauth_plans = OAuthPlans()
        self.initiator_plans = InitiatorPlans()
        self.conversations: set[str] = set()
        self.results: list[Delivery] = []
        limit = self.options.queries_per_minute
        self.query_limit = SpikeArrest(limit) if limit else None
        self.changes.announce()

    @property
    def business(self) -> str:
        """As M-PESA's results name the short code's owner."""
        return f"{self.credentials.short_code} - {self.options.business_name}"

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Runs beside the request that caused it; kept, or the event loop would forget it."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def cancel_tasks(self) -> None:
        for task in tuple(self.tasks):
            task.cancel()

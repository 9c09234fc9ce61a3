"""Roles beside `customer` and `organizer`, which accounts have."""

GATE_STAFF = "gate_staff"
"""The role of a token that no account has: it scans one event and does nothing else."""

"""Changes of the table's schema, as numbered steps that a running system survives.

Each item carries the `schema_version` it was written with. A step brings an item from the version before it to its
own. The functions are deployed first, able to read both; then `make migrate` walks the table.
"""

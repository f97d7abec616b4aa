"""A declaration held against its criteria, item by item."""

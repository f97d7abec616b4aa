"""Reports against declarations."""

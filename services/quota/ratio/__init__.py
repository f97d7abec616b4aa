"""Ratios of posts in grass-roots institutions (附件1)."""

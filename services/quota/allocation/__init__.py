"""Whether a set of recommendations fits into the places of a unit: own, one step down, deemed vacant, exits (附件2 说明2、3)."""

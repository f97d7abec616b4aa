"""Numbers set by decision of the same-level HRSS while a plan of posts is not adjusted yet (二（一）第2段)."""

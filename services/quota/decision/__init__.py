"""Numbers that the same-level HRSS sets by decision after a staffing cut (二（一）第2段)."""

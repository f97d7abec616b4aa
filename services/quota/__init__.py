"""The quota service: Annexes 1 and 2 as a ledger of posts."""

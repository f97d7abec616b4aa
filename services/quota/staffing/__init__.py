"""The staffing ledger of a unit: who holds which post since when; movements are entries, balances follow (附件2)."""

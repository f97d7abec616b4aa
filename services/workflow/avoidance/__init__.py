"""Who has to keep out of whose review (回避): relations on record, and what applicants ask for."""

"""The year's run, declarations, reviews, meetings, certificates (申报评审) as GraphQL."""

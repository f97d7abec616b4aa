"""Posts, ratios, ledgers and forms (岗位) as GraphQL."""

"""The 2023 season, played over GraphQL alone against a running stack."""

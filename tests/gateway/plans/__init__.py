"""Plans beside graphql-core: whatever is asked, both answer the same."""

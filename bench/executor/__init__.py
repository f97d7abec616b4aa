"""The executor of the gateway alone: a page of data in memory with edges that are awaited, beside mercurius with graphql-jit."""

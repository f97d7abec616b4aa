"""One GraphQL schema over the four services: sign-in at the edge, batching, limits. It holds no state."""

"""Filing and certificates over HTTP, on a real PostgreSQL."""

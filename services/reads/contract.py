"""What who asks for several reads at once keeps to."""

PATH = "/v1/reads"
MOST = 100
"""So many reads are taken in one request."""
MOST_BYTES = 262_144
"""About so many bytes of them are asked for at once; no body of a request may be more than four times as large."""

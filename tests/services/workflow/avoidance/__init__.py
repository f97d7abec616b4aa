"""Relations on record, and requests that somebody keep out."""

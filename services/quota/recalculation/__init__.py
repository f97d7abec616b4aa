"""All institutions of the province recalculated in one set-based job."""

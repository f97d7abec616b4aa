"""The inbox live: what changes in it, told to whoever listens, with no gap however often the line breaks."""

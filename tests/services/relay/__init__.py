"""The relay, as a process between real processes."""

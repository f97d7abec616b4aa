"""Providers of outer channels: what takes a message out of the platform, one a channel, all behind one protocol."""

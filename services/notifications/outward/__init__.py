"""What leaves the platform over HTTP: guarded addresses, signatures, and the queue that it waits in."""

"""Events over NATS JetStream, beside HTTP: the stream that the relay writes to, and how a service reads from it."""

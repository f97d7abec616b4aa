"""What operators see: traces, metrics, figures."""

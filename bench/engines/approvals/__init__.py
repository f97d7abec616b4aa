"""The Django application that viewflow finds its flow in."""

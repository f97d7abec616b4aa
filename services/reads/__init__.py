"""Several reads of a service in one request, each judged and answered as if it had come by itself."""

"""The platform on Kubernetes: manifests, and the two commands they need."""

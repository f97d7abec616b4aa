"""How the platform is put on machines: `local` for one machine, `k8s` for a cluster."""

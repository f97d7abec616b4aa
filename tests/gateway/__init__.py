"""The gateway, in front of fake parts that speak the services' contracts."""

"""What must always hold of the data of a running platform, looked at without changing or holding up anything."""

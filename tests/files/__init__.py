"""What every service that takes files shares: judging, keeping and handing them out."""

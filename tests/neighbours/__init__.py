"""How one process asks another: refusals stay what they were, the deadline goes along, nothing is asked in vain."""

"""The last hour before the deadline: everybody at once, whether or not anybody is answered."""

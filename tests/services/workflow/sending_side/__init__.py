"""The agreement of the side that sends an aid-Qinghai talent."""

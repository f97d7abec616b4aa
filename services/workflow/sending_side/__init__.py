"""派出单位审核意见: the agreement of the side that sends an aid-Qinghai talent, before the declaration goes up (二（四）1（1）)."""

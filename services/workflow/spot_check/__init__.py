"""抽查: the province checks a share of the year's reviews, drawn at random from all committees (三（五）)."""

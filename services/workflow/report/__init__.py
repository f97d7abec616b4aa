"""举报: what anybody reports against a declaration outside of a publicity; taken up, it holds the declaration (三（六）3)."""

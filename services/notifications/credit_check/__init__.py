"""Credit platforms are asked of whoever declares, before a committee's office accepts the declaration (一（八）)."""

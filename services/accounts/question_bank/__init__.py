"""Questions of the online test as data: versions that are imported, checked, published and replaced (二（三）)."""

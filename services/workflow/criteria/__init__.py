"""Review criteria: gates and menus, proposed, approved, published."""

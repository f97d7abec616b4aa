"""佐证材料: files that prove what a declaration says, checked when they arrive, judged one by one by each reviewer."""

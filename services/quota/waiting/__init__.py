"""Who was refused for lack of places, in which order, and that one became free."""

"""Files that people send: judged by their content, kept under their content, fetched by links. It imports kit only."""

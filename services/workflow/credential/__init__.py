"""What a certificate is carried as: a signed credential with its status list, a paper, and what verifies them offline."""

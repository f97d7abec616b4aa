"""诚信: cases of misconduct, from a complaint to the finding, its appeal and reversal; the archive; who is barred (一（八）)."""

"""职称互认: titles earned elsewhere, verified by the HRSS that manages their level and confirmed by the employer (一（六）)."""

"""信用平台对账: what a credit platform says that it has, beside what we were told that it received (一（八）)."""

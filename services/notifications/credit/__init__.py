"""Credit platforms (信用信息共享平台): every finding of misconduct, and every reversal, is delivered to each (一（八）)."""

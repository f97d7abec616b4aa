"""What was measured, as tables and drawings of docs/performance.md: written there by the command that measured it."""

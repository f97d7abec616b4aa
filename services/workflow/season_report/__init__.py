"""年度评审情况报告: what the year's reviews came to, in figures, charts and a workbook, for who stands above."""

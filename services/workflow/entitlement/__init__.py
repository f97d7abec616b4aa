"""Lists of people who keep their preferences: kept and published by the prefectures' health authorities (二（四）2)."""

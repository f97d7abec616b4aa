"""Speed, shown as ratios inside one run: `make bench`."""

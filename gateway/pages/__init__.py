"""Public pages (公开网页): what anybody may read without signing in, as HTML that needs no script, in Chinese and English."""

"""Files of evidence (佐证文件): sent for a record, kept by content, opened before the record is confirmed, frozen with it."""

"""What operators deploy: the manifests and the image, held against the code."""

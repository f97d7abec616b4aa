"""Who reads for an audience of notices: asked by the service that sends them out of the platform."""

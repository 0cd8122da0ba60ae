"""From landmarks to model input, as torch modules that export into the bundle's graph."""

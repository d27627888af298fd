"""The pages: a module for each kind of person or task."""

"""The pages: a room for each kind of person, a module for each task."""

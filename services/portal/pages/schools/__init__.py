"""Schools: registry admin and class teacher."""

"""A surface in three dimensions, painted without OpenGL: camera, heights, mesh, runners."""

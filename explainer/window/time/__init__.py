"""The transport bar: time line, steps, read-outs and the runs of a scene."""

"""The network as one picture that can be zoomed into: what no kind of card says."""

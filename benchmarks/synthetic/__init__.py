"""Drawing pages of handwritten numbers as a photograph shows them."""

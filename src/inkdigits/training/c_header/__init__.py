"""A quantised network as one C header for microcontrollers: whole numbers alone, no memory asked for, no library."""

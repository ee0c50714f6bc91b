"""Images changed on purpose so that a network errs, within so much a pixel, and what they tell of it."""

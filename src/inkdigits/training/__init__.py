"""Training: a recipe and images become a fitted Keras model and its bundle."""

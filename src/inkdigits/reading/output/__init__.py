"""How a reading is shown: text, JSON, CSV, ALTO, an annotated picture, the steps that led there."""

"""Printed forms: fields by name, found on a photograph by the form's corner marks or its template picture."""

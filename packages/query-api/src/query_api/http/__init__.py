"""HTTP as this API speaks it: requests, responses, problems, cursors."""

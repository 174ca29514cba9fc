"""Programs that prove what the product promises; `nox` runs them."""

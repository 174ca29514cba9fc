"""The trial of a deployed system: one record, written, queried, deleted, and gone."""

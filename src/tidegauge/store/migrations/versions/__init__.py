"""One file a version, never edited after a release."""

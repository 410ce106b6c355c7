"""Many samples: how they are worked on elsewhere than here."""

"""Where in an image the reasons of a suspicion are seen: what to draw beside each sentence."""

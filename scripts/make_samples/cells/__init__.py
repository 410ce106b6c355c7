"""The sample ``cells``: three fluorescence images of nuclei."""

"""Stagehands: what is at work on the canvas while a review is on stage, tools of ours among them.

They know the workbench, which knows none of them; what is drawn on the canvas lies in `ui.canvas`.
"""

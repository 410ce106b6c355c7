"""What stands around the canvas: samples, the current item, the queue, the last line."""

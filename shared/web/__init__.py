"""The look and the safety that the pages of every service share. It knows no service and no business."""

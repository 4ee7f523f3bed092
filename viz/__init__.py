"""Looking at the model: nothing yet; the browser view comes later."""

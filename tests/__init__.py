"""Laws that the model must keep, and what the tests share (`support`)."""

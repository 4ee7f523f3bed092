"""English and Chinese: texts of the page, words for levers, titles of policies."""

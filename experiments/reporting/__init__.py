"""From runs to statements: paired statistics, contrasts, sentences, the console."""

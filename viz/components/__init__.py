"""Parts of the page: tab bar, sidebar, charts and other Vue components."""

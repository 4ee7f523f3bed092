"""The policy editor: a `draft` of levers, its `fields`, its `files`, and the `page` of them.

Fields follow from the levers' declarations in `abm.policy.levers`: a new lever appears here by
itself. `draft` and `files` are plain functions; the sidebar and the columns use
`picker.PolicyPicker`.
"""

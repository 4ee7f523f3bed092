"""What the tabs share in reading two living models: `scene`, `people`, `stocks`, `names`.

Called while no month is being lived; what they return holds no model. Tabs use all of it.
"""

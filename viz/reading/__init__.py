"""What the tabs share in reading two living models: `scene`, `people`, and `names` of places.

Called while no month is being lived; what they return holds no model. Tabs use all of it.
"""

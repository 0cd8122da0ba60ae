"""The commands: one file per verb group, and no logic of their own."""

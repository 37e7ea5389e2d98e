"""The page 工作台 Today."""

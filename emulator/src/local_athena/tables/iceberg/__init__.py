class IcebergTables:
    def __init__(self, aws, storage): pass

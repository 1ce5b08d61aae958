from core.errors import ShopError


class Unreadable(ShopError):
    """The file is no sheet at all, whatever its rows say."""

    status = 422
    code = "unreadable_sheet"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")

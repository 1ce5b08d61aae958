from catalog.models.addresses import OldAddress
from catalog.models.alerts import StockAlert
from catalog.models.bundles import Bundle
from catalog.models.images import Image
from catalog.models.listings import CatalogueChange, FacetCount, ListingRow, SearchWord, Synonyms
from catalog.models.prices import PriceRecord, Published, Sale, SalePrice
from catalog.models.products import Category, Colour, Product, Size, Variant, VariantSize
from catalog.models.rates import ExchangeRate
from catalog.models.reviews import Review, ReviewInvitation, ReviewVote
from catalog.models.sheets import SheetImport
from catalog.models.size_guides import SizeGuide, SizeGuideRow
from catalog.models.stock import StockMovement
from catalog.models.uploads import LooseFile, Upload, UploadBatch
from catalog.models.videos import Video
from catalog.models.wishes import Wish, Wishlist
from catalog.models.work import Pictured, Work

__all__ = [
    "Bundle",
    "CatalogueChange",
    "Category",
    "Colour",
    "ExchangeRate",
    "FacetCount",
    "Image",
    "ListingRow",
    "LooseFile",
    "OldAddress",
    "Pictured",
    "PriceRecord",
    "Product",
    "Published",
    "Review",
    "ReviewInvitation",
    "ReviewVote",
    "Sale",
    "SalePrice",
    "SearchWord",
    "SheetImport",
    "Size",
    "SizeGuide",
    "SizeGuideRow",
    "StockAlert",
    "StockMovement",
    "Synonyms",
    "Upload",
    "UploadBatch",
    "Variant",
    "VariantSize",
    "Video",
    "Wish",
    "Wishlist",
    "Work",
]

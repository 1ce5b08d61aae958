"""What a large catalogue costs: lists, facets and search at 1,000 and 100,000 products (`make bench-catalogue`)."""

"""Leaf tasks. On the media queue: one file each; find those that are waiting; delete files that nobody names."""

from celery import shared_task

from catalog import alerts, images, loose_files, social_images, videos
from core.queue import nudge

# Shorter than the lease in catalog.work: a claim is never taken over from a worker that lives.
SECONDS_MAX = 120


@shared_task(time_limit=SECONDS_MAX)
def process_image(image_id: int) -> bool:
    ready = images.process(image_id)
    if ready:
        nudge(draw_of_image, image_id)
    return ready


@shared_task(time_limit=SECONDS_MAX)
def process_video(video_id: int) -> bool:
    return videos.process(video_id)


@shared_task
def sweep_images() -> int:
    """Queues what waits, nudged or not, one task each: a file that kills its worker must not take others with it."""
    pictures, films = images.unfinished(), videos.unfinished()
    for image_id in pictures:
        nudge(process_image, image_id)
    for video_id in films:
        nudge(process_video, video_id)
    return len(pictures) + len(films)


@shared_task(time_limit=SECONDS_MAX)
def draw_of_image(image_id: int) -> bool:
    return social_images.renew_of_image(image_id)


@shared_task(time_limit=SECONDS_MAX)
def draw_product(product_id: int) -> bool:
    return social_images.renew_product(product_id)


@shared_task(time_limit=SECONDS_MAX)
def draw_bundle(bundle_id: int) -> bool:
    return social_images.renew_bundle(bundle_id)


@shared_task
def sweep_social_images() -> int:
    """Queues what no longer shows the name or the picture of its product or bundle, or shows none yet."""
    products, bundles = social_images.due_products(), social_images.due_bundles()
    for product_id in products:
        nudge(draw_product, product_id)
    for bundle_id in bundles:
        nudge(draw_bundle, bundle_id)
    return len(products) + len(bundles)


@shared_task
def sweep_loose_files() -> int:
    return loose_files.sweep()


@shared_task
def send_alerts() -> int:
    return alerts.send_due()

"""Leaf tasks on the media queue: process one picture; find those that are waiting."""

from celery import shared_task

from catalog import images


@shared_task
def process_image(image_id: int) -> bool:
    return images.process(image_id)


@shared_task
def sweep_images() -> int:
    """Works off what waits, nudged or not. Returns how many became ready."""
    return sum(images.process(image_id) for image_id in images.unfinished())

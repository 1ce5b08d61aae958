"""Leaf tasks. On the media queue: one file each; find those that are waiting; delete files that nobody names."""

from celery import shared_task

from catalog import alerts, images, loose_files, videos
from core.queue import nudge

# Shorter than the lease in catalog.work: a claim is never taken over from a worker that lives.
SECONDS_MAX = 120


@shared_task(time_limit=SECONDS_MAX)
def process_image(image_id: int) -> bool:
    return images.process(image_id)


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


@shared_task
def sweep_loose_files() -> int:
    return loose_files.sweep()


@shared_task
def send_alerts() -> int:
    return alerts.send_due()

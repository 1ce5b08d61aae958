from django.urls import re_path

from devtools.sandbox.cloudinary.delivery import deliver
from devtools.sandbox.cloudinary.uploads import destroy, upload

api = [
    re_path(r"^v1_1/(?P<cloud_name>[\w-]+)/(?P<resource_type>image|video|raw|auto)/upload$", upload),
    re_path(r"^v1_1/(?P<cloud_name>[\w-]+)/(?P<resource_type>image|video|raw)/destroy$", destroy),
]
delivery = [
    re_path(
        r"^(?P<cloud_name>[\w-]+)/(?P<resource_type>image|video|raw)/(?P<type>upload|private|authenticated)/(?P<rest>.+)$",
        deliver,
    ),
]

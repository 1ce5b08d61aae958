# syntax=docker/dockerfile:1
# Two images: `shop` is what production runs; `sandbox` adds the stand-ins of the providers, for trying it all out.

FROM python:3.12-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/requirements.txt

FROM python:3.12-slim-trixie AS shop
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=prechi.settings \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media \
    ORIGINALS_ROOT=/srv/originals
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin prechi \
    && install -d -o prechi -g prechi /srv/static /srv/media /srv/originals /app
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY deploy/web deploy/web
COPY core core
COPY mailing mailing
COPY accounts accounts
COPY catalog catalog
COPY orders orders
COPY payments payments
COPY adminpanel adminpanel
COPY prechi prechi
COPY templates templates
USER prechi
# These values let the settings load while the image is built; none of them is kept in it.
RUN SECRET_KEY=only-while-the-image-is-being-built-and-kept-nowhere PAYSTACK_SECRET_KEY=build-only \
    RESEND_API_KEY=build-only RESEND_WEBHOOK_SECRET=whsec_YnVpbGQtb25seQ== CONTACT_EMAIL=build-only SELLER_ADDRESS=build-only \
    python manage.py collectstatic --noinput --verbosity 0
EXPOSE 8000
CMD ["sh", "deploy/web"]

FROM shop AS sandbox
COPY devtools devtools

# What `docker build .` makes unless it is told otherwise.
FROM shop

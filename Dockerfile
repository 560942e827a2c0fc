# The web process as an image. It keeps nothing: name a Postgres with DATABASE_URL.
#
#   docker build -t frontdesk .
#   docker run --init -p 8080:8080 -e DATABASE_URL=postgresql://… -e BASE_URL=https://desk.example.org frontdesk

FROM swift:6.3-bookworm AS build
WORKDIR /frontdesk
COPY bin bin
COPY Public Public
RUN bin/setup
COPY . .
RUN bin/build && cp .build/release/App /frontdesk/App

FROM swift:6.3-bookworm-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates poppler-utils poppler-data zlib1g libpq5 libcurl4 libcmark-gfm0.29.0.gfm.6 libcmark-gfm-extensions0.29.0.gfm.6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /frontdesk frontdesk
WORKDIR /frontdesk
COPY --from=build /frontdesk/App bin/App
COPY bin/supervise bin/supervise
COPY --from=build /frontdesk/Public Public
COPY Knowledge Knowledge
COPY Migrations Migrations
COPY Words Words
USER frontdesk
# Others reach it, so it is production: elsewhere, sign-in codes are shown.
ENV HOST=0.0.0.0 PORT=8080 APP_ENV=production
EXPOSE 8080
STOPSIGNAL SIGTERM
CMD ["bin/supervise", "bin/App", "serve"]

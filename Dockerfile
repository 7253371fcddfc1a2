# pg_sightings on a PostGIS image: docker build -t pg_sightings . && docker run -e POSTGRES_PASSWORD=... pg_sightings
# Then, in a database of it: CREATE EXTENSION pg_sightings CASCADE
ARG IMAGE=postgis/postgis:17-3.5
# hadolint ignore=DL3006
FROM ${IMAGE} AS build
# hadolint ignore=DL3008
RUN apt-get update \
	&& apt-get install -y --no-install-recommends gcc libc6-dev make "postgresql-server-dev-$PG_MAJOR" \
	&& rm -rf /var/lib/apt/lists/*
COPY . /src
WORKDIR /src
RUN make clean && make -j2 with_llvm=no && make install with_llvm=no DESTDIR=/install

# hadolint ignore=DL3006
FROM ${IMAGE}
COPY --from=build /install /

# One image for web, worker and migration; docker-compose.yml says which one a container is.
FROM node:22-bookworm-slim
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc ./
COPY bin/prisma bin/prisma
RUN npm ci --include=dev
COPY . .
RUN node bin/build.mjs && mkdir /data && chown node:node /data
ENV NODE_ENV=production
USER node
VOLUME /data
EXPOSE 3000

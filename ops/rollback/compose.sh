#!/bin/sh
# Stands in for kubectl where compose runs the service: `decide.py --kubectl ops/rollback/compose.sh`.
# Of what decide.py asks, the scaling to nothing means here: run the previous image in the canary's place.
set -eu

: "${KINEMOTION_PREVIOUS_IMAGE:?name the image to go back to}"
case "$*" in
  *"scale deployment/kinemotion-api-canary --replicas=0")
    KINEMOTION_IMAGE="$KINEMOTION_PREVIOUS_IMAGE" \
      docker compose -f docker/compose.scale.yaml --env-file docker/scale.env up -d --no-deps api-1
    ;;
esac

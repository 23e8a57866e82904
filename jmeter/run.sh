#!/bin/sh
# A load test of a platform that runs already:
#   SCENARIO=normal TARGET_HOST=127.0.0.1:9080 jmeter/run.sh [-Dscale=0.1 and other settings, see jmeter/README.md]
#   jmeter/run.sh gui      opens the plans in JMeter's window
set -eu
cd "$(dirname "$0")/.."
if [ "${1:-}" = gui ]; then
  SCENARIO=gui
  shift
fi
exec mvn -q -pl jmeter -Pload "-Dscenario=${SCENARIO:-quick}" "-Dtarget=http://${TARGET_HOST:-127.0.0.1:9080}" "$@"

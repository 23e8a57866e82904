#!/usr/bin/env bash
# Installs what the benchmark needs beside a JDK and Maven: wrk, and pgbench for the reference.
set -euo pipefail
apt-get update -qq
apt-get install -y -qq wrk postgresql-15

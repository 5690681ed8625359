# shellcheck shell=bash
# What every script here that sets up an authority stands on: the local set-up's parts, with folders of a run of their own.

source ../../deploy/local/parts/output.sh
source ../../deploy/local/parts/folders.sh
source parts/folders.sh
source ../../deploy/local/parts/ports.sh
source ../../deploy/local/parts/processes.sh
source ../../deploy/local/parts/postgres.sh
source ../../deploy/local/parts/token.sh
source ../../deploy/local/parts/build.sh
source ../../deploy/local/parts/authority.sh
source parts/tools.sh
source parts/stage.sh

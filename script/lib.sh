# Shared by the scripts beside it: how a step is announced and timed, and how a
# failure names the step it happened in. Sourced, after `set -euo pipefail`.

STEP=''

# Prints one line of progress; standard output stays free for results.
say() { printf '[%s] %s\n' "${0##*/}" "$*" >&2; }

# Ends the script with a message and without the name of a step.
fail() {
  STEP=''
  say "$*"
  exit 1
}

# step TITLE COMMAND [ARGUMENT…] runs a command, says when it starts and how long
# it took. The command must not be tested with `||` or `if`: that would switch
# off `set -e` in the functions it calls.
step() {
  local began=$SECONDS
  STEP=$1
  shift
  say "$STEP"
  "$@"
  say "$STEP: $((SECONDS - began)) s"
  STEP=''
}

# Names the step that ended the script, if one did.
report_failed_step() {
  local code=$?
  [ "$code" = 0 ] || [ -z "$STEP" ] || say "FAILED, exit code $code: $STEP"
}
trap report_failed_step EXIT

# Where what is not part of the checkout is kept: programs, and a model for the tests.
tools_folder() {
  if [ -n "${PROMPTBEAM_TOOLS:-}" ]; then
    printf '%s' "$PROMPTBEAM_TOOLS"
  elif mkdir -p /opt/promptbeam-tools 2>/dev/null && [ -w /opt/promptbeam-tools ]; then
    printf /opt/promptbeam-tools
  else
    printf '%s/promptbeam-tools' "${XDG_CACHE_HOME:-$HOME/.cache}"
  fi
}

# Builds the page into dist/. Trunk takes NO_COLOR=1, as other programs write it, for an error.
build_page() {
  env -u NO_COLOR trunk build --release
}

# test_sql_workers ARGUMENT… tries the pool of SQL workers in Chromium, with the scripts of the built page in dist/ and
# with Spider's corpus where SPIDER_DIR names it. The page that tests can read only what lies in this folder.
test_sql_workers() {
  rm -rf target/spider
  if [ -n "${SPIDER_DIR:-}" ]; then
    mkdir -p target
    cp -r --no-preserve=mode "$SPIDER_DIR" target/spider
  fi
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner WASM_BINDGEN_TEST_TIMEOUT=600 \
    cargo test --locked --target wasm32-unknown-unknown --test sql_workers "$@"
}

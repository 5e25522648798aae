#!/bin/sh
# Starts prodigy out of its image. Starts no process but the JVM, unless called through a symbolic
# link. @NOTE@
self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=${self%/*}/$target ;;
  esac
done
case $self in
  */*) image=${self%/*}/.. ;;
  *) image=.. ;;
esac

# What is changed here for our JVM alone, the program puts back for its children.
# Java cannot open files named in UTF-8 in another locale, or in one that is not installed.
if [ "${LC_ALL-}" != C.UTF-8 ]; then
  PRODIGY_CALLER_LC_ALL=${LC_ALL-}
  LC_ALL=C.UTF-8
  export PRODIGY_CALLER_LC_ALL LC_ALL
fi
# Options meant for other JVMs may contradict ours; for ours there is PRODIGY_JAVA_OPTIONS.
if [ -n "${JAVA_TOOL_OPTIONS-}${JDK_JAVA_OPTIONS-}${_JAVA_OPTIONS-}" ]; then
  PRODIGY_CALLER_JAVA_TOOL_OPTIONS=${JAVA_TOOL_OPTIONS-}
  PRODIGY_CALLER_JDK_JAVA_OPTIONS=${JDK_JAVA_OPTIONS-}
  PRODIGY_CALLER__JAVA_OPTIONS=${_JAVA_OPTIONS-}
  export PRODIGY_CALLER_JAVA_TOOL_OPTIONS PRODIGY_CALLER_JDK_JAVA_OPTIONS
  export PRODIGY_CALLER__JAVA_OPTIONS
  unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
fi

# Java cannot tell which streams are a terminal; the shell can.
terminals=
[ -t 0 ] && terminals=0
[ -t 1 ] && terminals=${terminals}1
[ -t 2 ] && terminals=${terminals}2

# The command's words decide what the JVM is tuned for: to start fast, or to work long; and with
# which of the two caches of classes it starts.
words=
value=
for word; do
  if [ -n "$value" ]; then
    value=
    continue
  fi
  case $word in
    -p | --path | --repo | --color | --output-format | --output_format | --format) value=1 ;;
    -*) ;;
    *) words="$words $word" ;;
  esac
done
cache=
case "$words " in
  ' run '* | ' cook '* | ' exec '* | ' batch '* | ' resume '* | ' resume-job '* | ' resume_job '* | ' demo '* | ' dlq retry '*)
    tuning=
    cache=-work
    ;;
  # Over before garbage needs collecting, or much of it were worth compiling well.
  ' validate '* | ' explain '* | ' compose '* | ' migrate-yaml '* | ' migrate_yaml '*)
    tuning='-Xmn192m -XX:TieredStopAtLevel=1'
    cache=-work
    ;;
  # A scan of any length takes little memory if garbage may not pile up.
  ' events ls '* | ' events list '*) tuning='-Xmn16m -Xmx88m -XX:TieredStopAtLevel=1' ;;
  ' events '*) tuning='-Xmn16m -Xmx64m' ;;
  *) tuning='-Xmn16m -XX:TieredStopAtLevel=1' ;;
esac

exec "$image/@RUNTIME@/bin/java" -XX:+UseSerialGC $tuning @FLAGS@ \
  -XX:AOTCache="$image/lib/@APPLICATION@$cache.aot" ${PRODIGY_JAVA_OPTIONS-} \
  -Dprodigy.terminals="$terminals" \
  -cp "$image/lib/@APPLICATION@.jar" dev.prodigy.cli.Main "$@"

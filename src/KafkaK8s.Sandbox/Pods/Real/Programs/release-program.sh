# Runs a program of the release as the image would, with a Java that is small and quick to start, resolves the cluster's names, and
# finds the pod's own loopback at the pod's address.
set -- "${@//127.0.0.1/$address}"
heap="-Xms32m -Xmx256m"
speed=${KAFKA_JVM_PERFORMANCE_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC}
names="-Djdk.net.hosts.file=$root/etc/hosts -Djava.security.properties=$root/etc/java.security -Djava.net.preferIPv4Stack=true"
# An image's own version, where it tells another than the release.
version=$root/release/version
unset KAFKA_JMX_OPTS JMX_PORT

if [[ $program == /* ]]; then
  export KAFKA_HEAP_OPTS=$heap KAFKA_JVM_PERFORMANCE_OPTS=$speed KAFKA_OPTS="${KAFKA_OPTS:-} $names" LOG_DIR=$root/tmp CLASSPATH=$version
  exec "$program" "$@"
fi

logging=tools
case ${name%.sh} in
  *-server-start) logging=server ;;
  zookeeper-shell) set -- -server "$@" ;;
  # The class to run is its first argument.
  kafka-run-class) program=$1; shift ;;
esac
if [[ -e $release/config/$logging-log.yaml ]]; then
  log4j=-Dlog4j2.configurationFile=$release/config/$logging-log.yaml
else
  log4j=-Dlog4j.configuration=file:$release/config/$logging-log.properties
fi

# The option variables hold several words each.
# shellcheck disable=SC2086
exec java $heap $speed ${KAFKA_LOG4J_OPTS:-$log4j} ${KAFKA_OPTS:-} $names -cp "$version:$release/lib/*" "$program" "$@"

# Runs a program of the release as the image would, with a Java that is small and quick to start, resolves the cluster's names, and
# finds the pod's own loopback at the pod's address.
export KAFKA_HEAP_OPTS="-Xms32m -Xmx256m"
export KAFKA_JVM_PERFORMANCE_OPTS="${KAFKA_JVM_PERFORMANCE_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC}"
export KAFKA_OPTS="${KAFKA_OPTS:-} -Djdk.net.hosts.file=$root/etc/hosts -Djava.security.properties=$root/etc/java.security -Djava.net.preferIPv4Stack=true"
export LOG_DIR="$root/tmp"
unset KAFKA_JMX_OPTS JMX_PORT
exec "$program" "${@//127.0.0.1/$address}"

# Configures Kafka from the environment, makes sure that what it needs is there, and starts it.
set -e
. "$root/lib/names"
properties=$root/etc/kafka/kafka.properties

for argument; do
  export "$argument"
done

require() {
  if [[ -z ${!1:-} ]]; then
    echo "$1 is required."
    echo "Command [/usr/local/bin/dub ensure $1] FAILED !"
    exit 1
  fi
} >&2

refuse() {
  if [[ -n ${!1:-} ]]; then
    echo "$2 is deprecated. Please use KAFKA_ADVERTISED_LISTENERS instead."
    exit 1
  fi
}

echo "===> User"
echo "uid=0(root) gid=0(root) groups=0(root)"
echo "===> Configuring ..."
if [[ -n ${KAFKA_PROCESS_ROLES:-} || ! -e $root/release/zookeeper-server-start ]]; then
  require KAFKA_PROCESS_ROLES
  require CLUSTER_ID
else
  require KAFKA_ZOOKEEPER_CONNECT
fi
if [[ ${KAFKA_PROCESS_ROLES:-broker} == controller ]]; then
  if [[ -n ${KAFKA_ADVERTISED_LISTENERS:-} ]]; then
    echo "KAFKA_ADVERTISED_LISTENERS is not supported on a KRaft controller."
    exit 1
  fi
else
  require KAFKA_ADVERTISED_LISTENERS
fi
if [[ -z ${KAFKA_LISTENERS:-} ]]; then
  KAFKA_LISTENERS=$(sed -E 's#://[^,]*:#://0.0.0.0:#g' <<<"$KAFKA_ADVERTISED_LISTENERS")
  export KAFKA_LISTENERS
fi
export KAFKA_LOG_DIRS=${KAFKA_LOG_DIRS:-/var/lib/kafka/data}
refuse KAFKA_ADVERTISED_PORT advertised.port
refuse KAFKA_ADVERTISED_HOST advertised.host
refuse KAFKA_HOST host
refuse KAFKA_PORT port

excluded=" KAFKA_VERSION KAFKA_HEAP_OPTS KAFKA_LOG4J_OPTS KAFKA_OPTS KAFKA_JMX_OPTS KAFKA_JVM_PERFORMANCE_OPTS KAFKA_GC_LOG_OPTS KAFKA_LOG4J_ROOT_LOGLEVEL KAFKA_LOG4J_LOGGERS KAFKA_TOOLS_LOG4J_LOGLEVEL "
for variable in ${!KAFKA_@}; do
  [[ $excluded == *" $variable "* ]] && continue
  key=$(sed -e 's/^KAFKA_//' -e 's/___/-/g' -e 's/__/@/g' -e 's/_/./g' -e 's/@/_/g' <<<"$variable" | tr '[:upper:]' '[:lower:]')
  value=${!variable}
  case $key in
    # All pods share one machine: each listens on its own address only, and keeps its data in its own folder.
    listeners) value=$(sed -E "s#://[^,]*:#://$address:#g" <<<"$value") ;;
    log.dirs | log.dir | metadata.log.dir) value=$(sed -E "s#(^|,)/#\\1$root/#g" <<<"$value") ;;
  esac
  echo "$key=$value"
done >"$properties"

echo "===> Running preflight checks ..."
for folder in $(sed -n 's/^log\.dirs=//p' "$properties" | tr , ' '); do
  mkdir -p "$folder"
done
if [[ -n ${KAFKA_PROCESS_ROLES:-} ]]; then
  "$root/release/kafka-storage" format --ignore-formatted --cluster-id="$CLUSTER_ID" -c "$properties"
else
  echo "===> Check if Zookeeper is healthy ..."
  deadline=$((SECONDS + ${KAFKA_CUB_ZK_TIMEOUT:-40}))
  servers=${KAFKA_ZOOKEEPER_CONNECT%%/*}
  until for server in ${servers//,/ }; do
    ask_zookeeper "${server%:*}" "${server##*:}" srvr 2>/dev/null | grep -q '^Mode: ' && break
  done; do
    if ((SECONDS >= deadline)); then
      echo "Timed out waiting for connection to Zookeeper server [$KAFKA_ZOOKEEPER_CONNECT]."
      exit 1
    fi
    sleep 0.5
  done
fi

echo "===> Launching ..."
echo "===> Launching kafka ..."
exec "$root/release/kafka-server-start" "$properties"

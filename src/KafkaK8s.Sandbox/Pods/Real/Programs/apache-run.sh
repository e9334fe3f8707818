# Configures Kafka from the environment, formats its storage, and starts it.
set -e
properties=$root/opt/kafka/config/server.properties
excluded=" KAFKA_VERSION KAFKA_HEAP_OPTS KAFKA_LOG4J_OPTS KAFKA_OPTS KAFKA_JMX_OPTS KAFKA_JMX_HOSTNAME KAFKA_JVM_PERFORMANCE_OPTS KAFKA_GC_LOG_OPTS KAFKA_LOG4J_ROOT_LOGLEVEL KAFKA_LOG4J_LOGGERS KAFKA_TOOLS_LOG4J_LOGLEVEL KAFKA_JMX_PORT "
: >"$properties"
for variable in ${!KAFKA_@}; do
  [[ $excluded == *" $variable "* ]] && continue
  key=$(sed -e 's/^KAFKA_//' -e 's/___/-/g' -e 's/__/@/g' -e 's/_/./g' -e 's/@/_/g' <<<"$variable" | tr '[:upper:]' '[:lower:]')
  echo "$key=${!variable}" >>"$properties"
done
if [[ ! -s $properties ]]; then
  cat >"$properties" <<SETTINGS
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
advertised.listeners=PLAINTEXT://localhost:9092
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
SETTINGS
fi
grep -q '^log\.dirs\?=' "$properties" || echo "log.dirs=/tmp/kraft-combined-logs" >>"$properties"
# All pods share one machine: each listens on its own address only, and keeps its data in its own folder.
sed -E -i -e "/^listeners=/s#://[^,]*:#://$address:#g" -e "/^(log\.dirs|log\.dir|metadata\.log\.dir)=/s#(=|,)/#\\1$root/#g" "$properties"
"$root/release/kafka-storage" format --ignore-formatted --cluster-id="${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c "$properties"
exec "$root/release/kafka-server-start" "$properties"

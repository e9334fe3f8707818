# Writes ZooKeeper's configuration from the environment, and the server's number from the pod's ordinal.
set -eu
if [[ -z ${ZK_REPLICAS:-} ]]; then
  echo "ZK_REPLICAS is a mandatory environment variable"
  exit 1
fi

host=$(hostname -s) domain=$(hostname -d)
if [[ ! $host =~ ^(.*)-([0-9]+)$ ]]; then
  echo "Failed to extract ordinal from hostname $host"
  exit 1
fi
name=${BASH_REMATCH[1]} ordinal=${BASH_REMATCH[2]}

data=${ZK_DATA_DIR:-/var/lib/zookeeper/data} log=${ZK_DATA_LOG_DIR:-/var/lib/zookeeper/log}
tick=${ZK_TICK_TIME:-2000}
mkdir -p "$root$data" "$root$log" "$root/opt/zookeeper/conf"
{
  echo "clientPort=${ZK_CLIENT_PORT:-2181}"
  echo "clientPortAddress=$address"
  echo "dataDir=$root$data"
  echo "dataLogDir=$root$log"
  echo "tickTime=$tick"
  echo "initLimit=${ZK_INIT_LIMIT:-10}"
  echo "syncLimit=${ZK_SYNC_LIMIT:-5}"
  echo "maxClientCnxns=${ZK_MAX_CLIENT_CNXNS:-60}"
  echo "minSessionTimeout=${ZK_MIN_SESSION_TIMEOUT:-$((tick * 2))}"
  echo "maxSessionTimeout=${ZK_MAX_SESSION_TIMEOUT:-$((tick * 20))}"
  echo "autopurge.snapRetainCount=${ZK_SNAP_RETAIN_COUNT:-3}"
  echo "autopurge.purgeInterval=${ZK_PURGE_INTERVAL:-0}"
  if ((ZK_REPLICAS > 1)); then
    for ((number = 1; number <= ZK_REPLICAS; number++)); do
      echo "server.$number=$name-$((number - 1)).$domain:${ZK_SERVER_PORT:-2888}:${ZK_ELECTION_PORT:-3888}"
    done
  fi
} >"$root/opt/zookeeper/conf/zoo.cfg"
if [[ ! -e $root$data/myid ]]; then
  echo $((ordinal + 1)) >"$root$data/myid"
fi

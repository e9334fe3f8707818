# Writes ZooKeeper's configuration from the environment, unless there is one, and runs the command.
set -e
if [[ ! -e $root/conf/zoo.cfg ]]; then
  id=${ZOO_MY_ID:-1}
  {
    echo "dataDir=$root${ZOO_DATA_DIR:-/data}"
    echo "dataLogDir=$root${ZOO_DATA_LOG_DIR:-/datalog}"
    echo "tickTime=${ZOO_TICK_TIME:-2000}"
    echo "initLimit=${ZOO_INIT_LIMIT:-5}"
    echo "syncLimit=${ZOO_SYNC_LIMIT:-2}"
    echo "autopurge.snapRetainCount=${ZOO_AUTOPURGE_SNAPRETAINCOUNT:-3}"
    echo "autopurge.purgeInterval=${ZOO_AUTOPURGE_PURGEINTERVAL:-0}"
    echo "maxClientCnxns=${ZOO_MAX_CLIENT_CNXNS:-60}"
    echo "standaloneEnabled=${ZOO_STANDALONE_ENABLED:-true}"
    # The release has no web server to administer it by.
    echo "admin.enableServer=false"
    if [[ -n ${ZOO_4LW_COMMANDS_WHITELIST:-} ]]; then
      echo "4lw.commands.whitelist=$ZOO_4LW_COMMANDS_WHITELIST"
    fi
    for setting in ${ZOO_CFG_EXTRA:-}; do
      # All pods share one machine: none may listen on all its addresses.
      [[ $setting == quorumListenOnAllIPs=* ]] || echo "$setting"
    done
    for server in ${ZOO_SERVERS:-server.1=localhost:2888:3888;2181}; do
      case $server in
        server."$id"=*\;*:*) echo "${server%;*};$address:${server##*:}" ;;
        server."$id"=*\;*) echo "${server%;*};$address:${server##*;}" ;;
        *) echo "$server" ;;
      esac
    done
  } >"$root/conf/zoo.cfg"
fi
if [[ ! -e $root${ZOO_DATA_DIR:-/data}/myid ]]; then
  echo "${ZOO_MY_ID:-1}" >"$root${ZOO_DATA_DIR:-/data}/myid"
fi
exec "$@"

# zkCli.sh [-server HOST:PORT] [COMMAND...]
server=localhost:2181
if [[ ${1:-} == -server ]]; then
  server=$2
  shift 2
fi
exec "$root/release/zookeeper-shell" "$server" "$@"

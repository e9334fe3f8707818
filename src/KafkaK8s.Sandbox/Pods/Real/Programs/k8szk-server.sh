if [[ ${1:-} != start-foreground ]]; then
  echo "Usage: zkServer.sh start-foreground" >&2
  exit 1
fi
exec "$root/release/zookeeper-server-start" "$root/opt/zookeeper/conf/zoo.cfg"

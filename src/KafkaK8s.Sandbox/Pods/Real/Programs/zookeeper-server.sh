case ${1:-} in
  start-foreground) exec "$root/release/zookeeper-server-start" "$root/conf/zoo.cfg" ;;
  status)
    . "$root/lib/names"
    ask_zookeeper 127.0.0.1 2181 srvr | grep '^Mode: '
    ;;
  *)
    echo "Usage: zkServer.sh {start-foreground|status}" >&2
    exit 1
    ;;
esac

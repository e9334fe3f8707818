. "$root/lib/names"
ask_zookeeper 127.0.0.1 "${ZK_CLIENT_PORT:-2181}" mntr

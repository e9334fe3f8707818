# Sourced by programs that connect: the address of a name, as the pod resolves it; a pod's own loopback is its address.
address_of() {
  case $1 in
    127.0.0.1 | ::1 | localhost) echo "$address" ;;
    *[!0-9.]*) awk -v name="$1" '{ for (i = 2; i <= NF; i++) if ($i == name) { print $1; found = 1; exit } } END { exit !found }' "$root/etc/hosts" ;;
    *) echo "$1" ;;
  esac
}

# Sends a four-letter word to a ZooKeeper server and prints the answer.
ask_zookeeper() {
  local host
  host=$(address_of "$1") && exec 9<>"/dev/tcp/$host/$2" || return 1
  printf %s "$3" >&9
  timeout 5 cat <&9
  exec 9>&-
}

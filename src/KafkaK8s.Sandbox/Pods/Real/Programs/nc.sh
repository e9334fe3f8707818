# nc [-z] [-w SECONDS] [-q SECONDS] HOST PORT
. "$root/lib/names"
wait=86400 scan=
while getopts :zw:q:nv option; do
  case $option in
    w) wait=$OPTARG ;;
    z) scan=yes ;;
    n | v | q) ;;
    *) echo "nc: invalid option -- '$OPTARG'" >&2; exit 1 ;;
  esac
done
shift $((OPTIND - 1))
if (($# != 2)); then
  echo "usage: nc [-z] [-w SECONDS] HOST PORT" >&2
  exit 1
fi

host=$(address_of "$1") || { echo "nc: getaddrinfo for host \"$1\" port $2: Name or service not known" >&2; exit 1; }
{ exec 9<>"/dev/tcp/$host/$2"; } 2>/dev/null || exit 1
[[ -n $scan ]] && exit 0
# A program in the background reads nothing unless it is told what.
exec 8<&0
cat <&8 >&9 &
timeout "$wait" cat <&9
exit 0

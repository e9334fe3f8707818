# Shows the container's main program when Java runs it.
main=$(<"$root/etc/main.pid")
if [[ $(ps -o comm= -p "$main") == java ]]; then
  echo "1 $broker_class"
fi
echo "$$ Jps"

# hostname [-s|-f|-d|-i]
full=$(awk -v prefix="$HOSTNAME." -v own="$address" '$1 == own && index($2, prefix) == 1 && length($2) > length(best) { best = $2 } END { print best }' "$root/etc/hosts")
full=${full:-$HOSTNAME}
case ${1:-} in
  -f | --fqdn | --long) echo "$full" ;;
  -d | --domain) if [[ $full == *.* ]]; then echo "${full#*.}"; else echo; fi ;;
  -i | --ip-address | -I) echo "$address" ;;
  *) echo "$HOSTNAME" ;;
esac
